/** Programs under CPython for the benches: as the product runs them, and as a shell would. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { discover } from '../../main/python/discovery/discover.ts'
import { installProbe } from '../../main/python/probe-files.ts'
import { PythonProgram, type ProgramExit } from '../../main/python/program/program.ts'
import { openSampler } from '../../main/python/sampler/open-sampler.ts'
import { ProgramTrace, type TraceTarget } from '../../main/python/trace/program-trace.ts'
import { RunNumbers } from '../../main/python/trace/run-numbers.ts'
import type { Interpreter } from '../../main/run/contract.ts'

const run = promisify(execFile)
const now = process.hrtime.bigint
const TIMEOUT_MS = 30_000
const TICK_MS = 8

/** `3.13`, `3.13t`. */
export const shortName = ({ version, freeThreaded }: Interpreter): string =>
  `${version.split('.').slice(0, 2).join('.')}${freeThreaded ? 't' : ''}`

/** The targets are for these; the others are measured as well. */
export const isRecent = ({ version }: Interpreter): boolean => Number(version.split('.')[1]) >= 11

let found: Promise<readonly Interpreter[]> | undefined

/** The newest of each minor version, newest first. With none it says so, once. */
export const pythons = (): Promise<readonly Interpreter[]> => (found ??= find())

async function find(): Promise<readonly Interpreter[]> {
  const newest = new Map<string, Interpreter>()
  if (process.platform !== 'win32')
    for (const { interpreter } of await discover())
      if (interpreter.unusable === undefined && !newest.has(shortName(interpreter)))
        newest.set(shortName(interpreter), interpreter)
  if (newest.size === 0)
    process.stderr.write(
      'SKIPPED: no CPython 3.8 or newer was found, so nothing of it is measured\n',
    )
  return [...newest.values()]
}

/** The probe in a folder of its own, warm, and a sampler. */
export interface Workshop {
  readonly probe: string
  readonly script: string
  readonly folder: string
  /** For trace files: in memory, as the product has them. */
  traces(): Promise<string>
  /** As from a shell. @returns what it printed, as numbers */
  bare(python: Interpreter, args: readonly string[]): Promise<readonly number[]>
  /** With the probe, read every 8 ms, sampled. */
  probed(python: Interpreter, args: readonly string[]): Promise<Probed>
  /** @param onTick each time after the trace has been read */
  start(
    python: Interpreter,
    args: readonly string[],
    target: TraceTarget,
    onTick?: () => void,
  ): Promise<Started>
}

export interface Probed {
  readonly figures: readonly number[]
  readonly dropped: number
}

export interface Started {
  readonly program: PythonProgram
  readonly trace: ProgramTrace
  readonly lines: readonly string[]
  readonly over: Promise<{ readonly exit: ProgramExit; readonly dropped: number }>
}

const nowhere: TraceTarget = { childFrame: () => undefined, endSource: () => undefined }

/**
 * Opens the workshop, lends it, and closes it.
 * @param out of BenchContext
 * @param entry of the sampler
 */
export async function inWorkshop<Value>(
  out: string,
  entry: URL,
  work: (workshop: Workshop) => Promise<Value>,
): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'interleave-bench-'))
  const memory = await mkdtemp('/dev/shm/interleave-bench-').catch(() => folder)
  const sampler = openSampler(entry)
  try {
    const installed = await installProbe(folder)
    if (!installed.ok) throw new Error(installed.failure.message)
    const probe = installed.value
    const script = join(out, '../test/bench/python_measured.py')
    const traces = () => mkdtemp(join(memory, 'trace-'))
    const start: Workshop['start'] = async (python, args, target, onTick) => {
      const lines: string[] = []
      const section = { label: 'measured', repeat: 1 }
      const numbers = new RunNumbers()
      const where = await traces()
      const trace = new ProgramTrace({ folder: where, target, sampler, numbers, now, section })
      const program = new PythonProgram({
        ...{ path: python.path, probe, traces: where, script, arguments: args, folder, now },
        input: '',
        endsWhenStalled: false,
        onLine: (_stream, text) => lines.push(text),
      })
      const ticking = setInterval(() => {
        trace.tick()
        program.tick(trace.progressed)
        onTick?.()
      }, TICK_MS)
      const over = program.over.then((exit) => {
        clearInterval(ticking)
        const { dropped } = trace.finish({ codes: exit.codes, otherwise: 0 })
        trace.dispose()
        return { exit, dropped }
      })
      return { program, trace, lines, over }
    }
    return await work({
      ...{ probe, script, folder, traces, start },
      bare: async (python, args) => {
        const options = { cwd: folder, timeout: TIMEOUT_MS }
        const { stdout } = await run(python.path, [script, ...args], options)
        return stdout.trim().split('\n').map(Number)
      },
      probed: async (python, args) => {
        const { lines, over } = await start(python, args, nowhere)
        const { exit, dropped } = await over
        if (exit.code !== 0) throw new Error(`${shortName(python)}: ${exit.lastWords}`)
        return { figures: lines.map(Number), dropped }
      },
    })
  } finally {
    sampler.dispose()
    await Promise.all([folder, memory].map((path) => rm(path, { recursive: true, force: true })))
  }
}

/** @returns milliseconds from the start of a program to its end. @throws Error when it fails. */
export async function untilExit(command: string, args: readonly string[]): Promise<number> {
  const begun = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${code}`)
  return performance.now() - begun
}
