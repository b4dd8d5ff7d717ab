/** Sections that CPython runs: each is one program, started with the probe. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ProgramRecords } from '../python/program/program-records.ts'
import { PythonProgram, type ProgramExit } from '../python/program/program.ts'
import { installProbe } from '../python/probe-files.ts'
import { openSampler } from '../python/sampler/open-sampler.ts'
import type { Sampler } from '../python/sampler/samples.ts'
import { ProgramTrace, type ProgramExits } from '../python/trace/program-trace.ts'
import { RunNumbers } from '../python/trace/run-numbers.ts'
import type { TraceSession } from '../trace/session.ts'
import type { Interpreter, PythonStatus, RunFailure, RunRequest } from './contract.ts'
import type { PythonSection } from './plan.ts'
import type { MachineClock } from './machine-clock.ts'
import { makeScratch, removeScratchNow } from './scratch.ts'
import { PythonReport, failureOf } from './python-report.ts'
import { leadsToScript } from './script-name.ts'
import { digestOf } from './scripts.ts'
import { keptIn, type SectionRunner } from './section-runner.ts'
import type { Usage } from './usage.ts'

const { SIGKILL, SIGTERM } = constants.signals

/** Built from main/python/sampler/gil-sampler.ts. */
const SAMPLER_ENTRY = 'gil-sampler.mjs'

export interface PythonSectionsOptions {
  readonly request: RunRequest
  readonly interpreters: readonly Interpreter[]
  readonly scratch: string
  readonly cache: string
  readonly entries: URL
  readonly trace: TraceSession
  readonly usage: Usage
  readonly machine: MachineClock
  readonly onGroup: (group: { readonly pid: number; readonly isGone: boolean }) => void
  /** Path of the recording. */
  readonly recording: string
}

/** The program of the section that runs, and what watches it. */
interface Current {
  readonly program: PythonProgram
  readonly traced: ProgramTrace
  readonly records: ProgramRecords
  readonly report: PythonReport
}

export class PythonSections implements SectionRunner<PythonSection> {
  readonly #options: PythonSectionsOptions
  readonly #numbers = new RunNumbers()
  /** Of each engine, of its newest program. */
  readonly #reports = new Map<string, PythonReport>()
  #sampler: Sampler | undefined
  /** Path of the probe's run.py. */
  #probe = ''
  #traces = ''
  #current: Current | undefined
  #section = 0
  #isStopped = false

  constructor(options: PythonSectionsOptions) {
    this.#options = options
  }

  get statuses(): readonly PythonStatus[] {
    return [...this.#reports.values()].map((report) => report.status())
  }

  async prepare(): Promise<void> {
    const { scratch, cache, entries } = this.#options
    this.#traces = await makeScratch(scratch)
    const kept = await installProbe(cache)
    // A user without a folder of their own waits a little longer for each program.
    const probe = kept.ok ? kept : await installProbe(scratch)
    if (!probe.ok) throw new Error(`${probe.failure.message} ${probe.failure.remedy}`)
    this.#probe = probe.value
    this.#sampler = openSampler(new URL(SAMPLER_ENTRY, entries))
  }

  async run(section: PythonSection): Promise<RunFailure | undefined> {
    this.#options.usage.skip()
    const number = String(++this.#section)
    const [folder, traces] = [join(this.#options.scratch, number), join(this.#traces, number)]
    await mkdir(folder)
    await mkdir(traces, { recursive: true })
    try {
      return await this.#runIn(section, folder, traces)
    } finally {
      await Promise.all([folder, traces].map(removed))
    }
  }

  tick(): void {
    if (this.#current === undefined) return
    const { program, traced, records } = this.#current
    if (program.pid !== undefined && program.exited !== undefined)
      traced.exited(program.pid, program.exited.code, program.exited.time)
    traced.tick()
    if (program.pid !== undefined) records.flush(program.pid, traced.watermark)
    program.tick(traced.progressed, traced.sharedNames)
  }

  recordUsage(): void {
    // What this process does is not the program's.
    this.#options.usage.skip()
    const used = this.#current?.program.used
    // Where the system does not tell it of the program, the program's time would count as others'.
    if (used === undefined) return this.#options.machine.skip()
    this.#current?.records.usage(used)
    const load = this.#options.machine.since(false)
    if (load !== undefined) this.#current?.records.load(load)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#current?.program.stop()
  }

  killNow(): void {
    this.#current?.program.killNow()
    removeScratchNow(this.#options.scratch)
  }

  async dispose(): Promise<void> {
    await this.stop()
    this.#sampler?.dispose()
    if (this.#traces !== '') await removed(this.#traces)
  }

  async #runIn(
    section: PythonSection,
    folder: string,
    traces: string,
  ): Promise<RunFailure | undefined> {
    const { trace, recording, interpreters } = this.#options
    const now = process.hrtime.bigint
    const { engine, label, repeat } = section
    const start = await this.#whatToStart(section, folder)
    if ('headline' in start) return start
    // Stopped meanwhile: nothing is started any more.
    if (this.#isStopped) return undefined
    const traced = new ProgramTrace({
      folder: traces,
      target: trace,
      ...(this.#sampler && { sampler: this.#sampler }),
      numbers: this.#numbers,
      now,
      section: { label, repeat },
    })
    const records = new ProgramRecords({ source: this.#numbers.source(), target: trace, now })
    const program = new PythonProgram({
      ...start,
      ...engine,
      probe: this.#probe,
      traces,
      now,
      onLine: (...line) => records.line(...line),
    })
    const report = new PythonReport({ engine, interpreters, program, traced })
    this.#reports.set(JSON.stringify(engine), report)
    this.#current = { program, traced, records, report }
    this.#options.machine.skip()
    this.recordUsage()
    const exit = await this.#untilOver(this.#current)
    report.end(exit, section.works)
    if (exit.ended === 'stopped' || this.#isStopped) return undefined
    return failureOf(exit, report.status(), section.python === undefined, keptIn(recording))
  }

  async #untilOver({ program, traced, records, report }: Current): Promise<ProgramExit> {
    const { pid } = program
    if (pid !== undefined) this.#options.onGroup({ pid, isGone: false })
    if (this.#isStopped) void program.stop()
    const exit = await program.over
    this.recordUsage()
    this.#current = undefined
    report.traced(traced.finish(exitsOf(exit, pid)))
    traced.dispose()
    if (pid === undefined) return exit
    records.end(pid)
    this.#options.onGroup({ pid, isGone: true })
    return exit
  }

  /** The demo's text, written into the folder, or the user's script, if it is still the same. */
  async #whatToStart(section: PythonSection, folder: string): Promise<Start | RunFailure> {
    const { script } = this.#options.request
    const { python, parameters } = section
    if (python !== undefined) {
      await writeFile(join(folder, python.file), python.text)
      return {
        script: python.file,
        arguments: python.takes === 'parameters' ? [JSON.stringify(parameters)] : [],
        folder,
        input: '',
        endsWhenStalled: true,
      }
    }
    if (script === undefined) throw new Error(`${section.variant} has no text for CPython`)
    const { path, name, consent, ...given } = script
    const isAgreed = (await digestOf(path)) === consent && (await leadsToScript(script))
    if (isAgreed) return { ...given, script: name ?? path, endsWhenStalled: false }
    return {
      headline: `${path} is not the file any more that you agreed to run.`,
      kept: 'Nothing of it was run.',
      remedy: 'Look at it and open it again.',
      detail: '',
    }
  }
}

/** What somebody still writes into, or holds open, the end of the run or the next start removes. */
const removed = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)

/** What is known of how its processes ended. */
function exitsOf({ code, codes, rest, ended }: ProgramExit, pid: number | undefined): ProgramExits {
  const all = new Map(codes)
  if (pid !== undefined && code !== undefined) all.set(pid, code)
  const otherwise = rest === 'killed' ? -SIGKILL : rest === 'asked' || ended ? -SIGTERM : 0
  return { codes: all, otherwise }
}

interface Start {
  readonly script: string
  readonly arguments: readonly string[]
  readonly folder: string
  readonly input: string
  readonly endsWhenStalled: boolean
}
