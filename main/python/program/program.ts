/**
 * One program under CPython: started in a process group of its own as a shell would, fed, listened
 * to, watched, and ended with everything that it started.
 */
import { constants } from 'node:os'
import { spawn, type ChildProcess } from 'node:child_process'
import type { StartMethod } from '../../run/contract.ts'
import { OutputStream } from '../../trace/model.ts'
import { endGroup, isGoneWithin, killGroup, type GroupEnding } from './end-group.ts'
import { LeftOvers } from './left-overs.ts'
import { ProgramOutput } from './output.ts'
import { killAllButTrackers, readGroup } from './process-group.ts'
import { ProgramWatch, type Trouble } from './watch.ts'

/** What helpers of the interpreter (resource tracker, forkserver) have to end by themselves. */
const HELPERS_MILLISECONDS = 300
const KILLING_ROUNDS = 3
/** Somebody outside of the group may hold the pipes open. */
const LAST_OUTPUT_MILLISECONDS = 500

export interface ProgramOptions {
  /** Of the interpreter. */
  readonly path: string
  /** Of a free-threaded build: with the GIL or without; absent: as it starts by itself. */
  readonly gil?: boolean
  /** The probe's run.py, and the folder for its trace files, which exists. */
  readonly probe: string
  readonly traces: string
  readonly startMethod?: StartMethod
  /** Absolute, or relative to `folder`: its argv[0] as it stands. */
  readonly script: string
  readonly arguments: readonly string[]
  readonly folder: string
  /** Standard input, which then ends. */
  readonly input: string
  /** A demo, that is: a script of the user's may wait for ever. */
  readonly endsWhenStalled: boolean
  /** Milliseconds from SIGTERM to SIGKILL; default: a second. */
  readonly termGrace?: number
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => bigint
  readonly onLine: (stream: OutputStream, text: string, time: bigint, hasNewline: boolean) => void
}

/** How a program ended. */
export interface ProgramExit {
  /** Undefined where a signal ended it, or it could not be started. */
  readonly code: number | undefined
  readonly signal: string | undefined
  /** Why it could not be started. */
  readonly error: string | undefined
  /** Why it was ended from here: because it was asked for, or for its own good. */
  readonly ended: 'stopped' | Trouble | undefined
  /** What was done to what was left of it. */
  readonly rest: GroupEnding
  /** How its processes ended that were seen to: by pid, exit code or minus the signal. */
  readonly codes: ReadonlyMap<number, number>
  /** The beginning and the end of its standard errors. */
  readonly firstWords: string
  readonly lastWords: string
}

export class PythonProgram {
  /** Once nothing of it is left. Never rejects. */
  readonly over: Promise<ProgramExit>
  readonly #child: ChildProcess
  readonly #output: ProgramOutput
  readonly #watch: ProgramWatch | undefined
  readonly #leftOvers = new LeftOvers()
  readonly #termGrace: number | undefined
  #exited: { readonly code: number; readonly time: bigint } | undefined
  #ended: 'stopped' | Trouble | undefined
  #ending: Promise<GroupEnding> | undefined

  /** Starts it. One that cannot be started is over at once. */
  constructor(options: ProgramOptions) {
    const { now, onLine, folder, endsWhenStalled } = options
    this.#termGrace = options.termGrace
    this.#output = new ProgramOutput({ now, onLine })
    this.#child = spawn(options.path, commandLine(options), {
      cwd: folder,
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const { pid, stdin, stdout, stderr } = this.#child
    if (pid !== undefined) this.#watch = new ProgramWatch({ pid, endsWhenStalled })
    // Whoever does not read all of its input closes the pipe.
    stdin?.on('error', () => undefined)
    stdin?.end(options.input)
    stdout?.on('data', (chunk: Buffer) => this.#output.take(OutputStream.out, chunk))
    stderr?.on('data', (chunk: Buffer) => this.#output.take(OutputStream.error, chunk))
    this.#child.once('exit', (code, signal) => {
      const told = code ?? -(signal === null ? 0 : constants.signals[signal])
      this.#exited = { code: told, time: now() }
    })
    this.over = this.#untilOver()
  }

  /** Leader of its group; undefined: it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** How and when its main process ended: exit code, or minus the signal; undefined: not yet. */
  get exited(): { readonly code: number; readonly time: bigint } | undefined {
    return this.#exited
  }

  /** Bytes printed. */
  get printed(): number {
    return this.#output.bytes
  }

  /** Microseconds of processor time of all its processes; undefined: not known here. */
  get used(): number | undefined {
    return this.#watch?.used
  }

  /** What is not kept of it, each in one sentence. */
  get limits(): readonly string[] {
    const { limit } = this.#output
    return limit === undefined ? [] : [limit]
  }

  /**
   * Looks after it; to be called often.
   * @param events recorded by it so far.
   * @param sharedNames of semaphores and shared memory, as it says.
   */
  tick(events: number, sharedNames: readonly string[] = []): void {
    this.#leftOvers.add(sharedNames)
    if (this.#ending !== undefined || this.#watch === undefined) return
    const trouble = this.#watch.look(events + this.#output.bytes, this.#output)
    this.#leftOvers.look(this.#watch.pids)
    if (trouble !== undefined) this.#end(trouble)
  }

  /** SIGTERM first, SIGKILL after a second. Resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#end('stopped')
    await this.over
  }

  /** At once, by a process that is about to end itself. */
  killNow(): void {
    // More than once: one may be born while the others are counted.
    for (let round = 0; round < KILLING_ROUNDS && this.pid !== undefined; round++)
      killAllButTrackers(this.pid)
  }

  #end(why: 'stopped' | Trouble): void {
    const { pid } = this
    if (pid === undefined || this.#ending !== undefined) return
    this.#ended = why
    this.#leftOvers.look(pidsOf(pid), true)
    // Processes that come faster than they are counted are not asked.
    this.#ending = why === 'processes' ? killGroup(pid) : endGroup(pid, this.#termGrace)
  }

  async #untilOver(): Promise<ProgramExit> {
    const { code, signal, error } = await exitOf(this.#child)
    const { pid } = this
    const rest = pid === undefined ? 'gone already' : await this.#endRest(pid)
    // Whoever ended in order has left what it wanted to leave.
    if (rest !== 'gone already' || signal !== undefined) this.#leftOvers.remove()
    await this.#untilSilent()
    this.#output.flush()
    const { firstWords, lastWords } = this.#output
    const codes = this.#watch?.codes ?? new Map<number, number>()
    return { code, signal, error, ended: this.#ended, rest, codes, firstWords, lastWords }
  }

  /** What the main process leaves behind. */
  async #endRest(pid: number): Promise<GroupEnding> {
    const ending = await this.#ending
    if (ending !== undefined) return ending
    if (await isGoneWithin(pid, HELPERS_MILLISECONDS)) return 'gone already'
    this.#leftOvers.look(pidsOf(pid), true)
    return endGroup(pid, this.#termGrace)
  }

  async #untilSilent(): Promise<void> {
    const { stdout, stderr, stdin } = this.#child
    const open = [stdout, stderr].filter((stream) => stream !== null && !stream.closed)
    const closed = Promise.all(
      open.map((stream) => new Promise((resolve) => stream?.once('close', resolve))),
    )
    const timer = setTimeout(() => {
      for (const stream of open) stream?.destroy()
    }, LAST_OUTPUT_MILLISECONDS)
    await closed
    clearTimeout(timer)
    stdin?.destroy()
  }
}

const pidsOf = (group: number): readonly number[] => (readGroup(group) ?? []).map(({ pid }) => pid)

function commandLine(options: ProgramOptions): string[] {
  const { gil, probe, traces, startMethod, script } = options
  return [
    ...(gil === undefined ? [] : ['-X', `gil=${gil ? 1 : 0}`]),
    probe,
    ...['--trace', traces],
    ...(startMethod === undefined ? [] : ['--start-method', startMethod]),
    ...['--', script],
    ...options.arguments,
  ]
}

interface Exit {
  readonly code: number | undefined
  readonly signal: string | undefined
  readonly error: string | undefined
}

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, error: undefined }),
    )
    child.on('error', (error) => {
      // Not spawned at all; other errors are followed by an exit.
      if (child.pid === undefined)
        resolve({ code: undefined, signal: undefined, error: error.message })
    })
  })
