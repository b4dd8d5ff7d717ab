import { disposable } from '../core/disposables.ts'
import { Emitter } from '../core/emitter.ts'
import { endGroup } from '../python/program/end-group.ts'
import { isOver, type RunFailure, type RunInfo, type RunStatus } from './contract.ts'
import type {
  FromRunner,
  LaunchedProcess,
  ProcessExit,
  ProcessLauncher,
  RunnerTask,
  ToRunner,
} from './process.ts'
import type { RelayedPort } from './service.ts'

/** Cooperative ending, then force: milliseconds from the request. */
export const FORCE_AFTER = 2_500

/**
 * One run as its host holds it, or one recording that is open: the runner's process, the child
 * processes forked on its behalf, and the data ports relayed to it. Ends exactly once; when its
 * process goes, everything that was started for it goes as well.
 */
export class HeldRun {
  readonly id: string
  readonly onStatus = new Emitter<RunInfo>()
  /** Resolves when the program is over; the process may live on to answer queries. */
  readonly over: Promise<void>
  /** Resolves when no process of this run is left. */
  readonly gone: Promise<void>
  readonly #task: RunnerTask
  readonly #launcher: ProcessLauncher
  readonly #process: LaunchedProcess
  readonly #children = new Map<number, LaunchedProcess>()
  /** Leaders of groups of processes that the runner has started and not seen end. */
  readonly #groups = new Set<number>()
  readonly #endGroup: (pid: number) => Promise<unknown>
  readonly #ports = new Map<number, (bytes: Uint8Array | undefined) => void>()
  #status: RunStatus
  #nextConnection = 1
  #stopping: NodeJS.Timeout | undefined
  #alive = true
  /** The runner has been told what to run. */
  #started = false
  #declareOver: () => void = () => undefined
  #declareGone: () => void = () => undefined

  /** @param end ends a group of processes; resolves when that is done. */
  constructor(
    id: string,
    status: RunStatus,
    task: RunnerTask,
    launcher: ProcessLauncher,
    end: (pid: number) => Promise<unknown> = endGroup,
  ) {
    this.#endGroup = end
    this.id = id
    this.#status = status
    this.#task = task
    this.#launcher = launcher
    this.over = new Promise((resolve) => (this.#declareOver = resolve))
    this.gone = new Promise((resolve) => (this.#declareGone = resolve))
    this.#process = launcher.fork('runner', [])
    // The other end is our own runner: both speak process.ts.
    this.#process.onMessage((message) => this.#receive(message as FromRunner))
    this.#process.onExit((exit) => this.#exited(exit))
  }

  get info(): RunInfo {
    return { id: this.id, status: this.#status }
  }

  get isOver(): boolean {
    return isOver(this.#status.state)
  }

  /** A program runs: another one at the same time would disturb it. */
  get isRunning(): boolean {
    return this.#task.type === 'start' && !this.isOver
  }

  /** False once the process is gone: nothing can be asked of it. */
  get isAlive(): boolean {
    return this.#alive
  }

  /** Cooperative first; after FORCE_AFTER milliseconds the process group is killed. */
  async stop(): Promise<void> {
    if (this.isOver) return
    this.#stopping ??= setTimeout(() => this.#end(), FORCE_AFTER)
    if (this.#started && this.#task.type === 'start') this.#post({ type: 'stop' })
    // It runs nothing, or nothing yet, that could end in order.
    else this.#end()
    await this.over
  }

  /** Ends the process: for a run that is over and forgotten, or at once by force. */
  async dispose(): Promise<void> {
    if (!this.isOver) await this.stop()
    this.#end()
    await this.gone
  }

  attach(): RelayedPort {
    const connection = this.#nextConnection++
    const messages = new Emitter<Uint8Array>()
    const closed = new Emitter<void>()
    const close = () => {
      if (!this.#ports.delete(connection)) return
      this.#post({ type: 'detach', connection })
      closed.emit()
    }
    this.#ports.set(connection, (bytes) => (bytes === undefined ? close() : messages.emit(bytes)))
    this.#post({ type: 'attach', connection })
    return {
      send: (bytes) => this.#post({ type: 'data', connection, bytes }),
      onMessage: (listener) => messages.on(listener),
      onClose: (listener) => closed.on(listener),
      ...disposable(close),
    }
  }

  attachPort(port: unknown): void {
    this.#process.post({ type: 'attach', connection: this.#nextConnection++ } satisfies ToRunner, [
      port,
    ])
  }

  #post(message: ToRunner): void {
    if (this.#alive) this.#process.post(message)
  }

  #receive(message: FromRunner): void {
    switch (message.type) {
      case 'ready':
        this.#started = true
        this.#post(this.#task)
        return
      case 'status':
        this.#setStatus(message.status)
        return
      case 'data':
        this.#ports.get(message.connection)?.(message.bytes)
        return
      case 'spawn':
        this.#spawn(message.child, message.args)
        return
      case 'kill-child': {
        const child = this.#children.get(message.child)
        if (message.force) child?.kill()
        else child?.terminate()
        return
      }
      case 'group':
        this.#groups.add(message.pid)
        return
      case 'group-gone':
        this.#groups.delete(message.pid)
    }
  }

  #spawn(child: number, args: readonly string[]): void {
    const launched = this.#launcher.fork('child', args)
    this.#children.set(child, launched)
    launched.onSpawn((pid) => this.#post({ type: 'spawned', child, pid }))
    launched.onExit((exit) => {
      this.#children.delete(child)
      this.#post({ type: 'child-exit', child, exit })
      this.#checkGone()
    })
  }

  #setStatus(status: RunStatus): void {
    if (this.isOver) return
    this.#status = status
    if (isOver(status.state)) {
      clearTimeout(this.#stopping)
      this.#declareOver()
    }
    this.onStatus.emit(this.info)
  }

  #end(): void {
    for (const child of this.#children.values()) child.kill()
    if (this.#alive) this.#process.kill()
  }

  #exited(exit: ProcessExit): void {
    this.#alive = false
    for (const child of this.#children.values()) child.kill()
    this.#setStatus(
      this.#stopping === undefined
        ? { ...this.#status, state: 'failed', failure: this.#failure(exit) }
        : { ...this.#status, state: 'stopped' },
    )
    clearTimeout(this.#stopping)
    for (const deliver of [...this.#ports.values()]) deliver(undefined)
    for (const pid of this.#groups) void this.#endLeft(pid)
    this.#checkGone()
  }

  #failure(exit: ProcessExit): RunFailure {
    return this.#task.type === 'start'
      ? processFailure(exit, this.#status)
      : readingFailure(exit, this.#task.path)
  }

  /** What the runner would have ended. */
  async #endLeft(pid: number): Promise<void> {
    await this.#endGroup(pid)
    this.#groups.delete(pid)
    this.#checkGone()
  }

  #checkGone(): void {
    if (!this.#alive && this.#children.size === 0 && this.#groups.size === 0) this.#declareGone()
  }
}

const howItEnded = ({ code, signal, error }: ProcessExit): string => {
  if (error !== undefined) return `could not be started (${error})`
  const how = signal === undefined ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`
  return `ended unexpectedly (${how})`
}

function processFailure(exit: ProcessExit, status: RunStatus): RunFailure {
  return {
    headline: `The run’s process ${howItEnded(exit)}.`,
    kept:
      status.recording === undefined || status.recording.bytes === 0
        ? 'Nothing was recorded before that.'
        : `The recording up to that moment is kept: ${status.recording.path}.`,
    remedy:
      exit.error === undefined
        ? 'Run it again; if it ends the same way, choose smaller parameters.'
        : 'See to that, and run it again.',
    detail: '',
  }
}

const readingFailure = (exit: ProcessExit, path: string): RunFailure => ({
  headline: `The process that reads the recording ${howItEnded(exit)}.`,
  kept: `The file itself is as it was: ${path}.`,
  remedy: exit.error === undefined ? 'Open it again.' : 'See to that, and open it again.',
  detail: '',
})
