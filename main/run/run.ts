import { nanoseconds, type Nanoseconds } from '../core/units.ts'
import type { Demo } from '../demos/demo.ts'
import { calibrate } from '../trace/calibrate.ts'
import { RecordingWriter } from '../trace/node/recording-writer.ts'
import { TraceSession } from '../trace/session.ts'
import type { Connections } from './connections.ts'
import type {
  Answer,
  Deadlock,
  Environment,
  Interpreter,
  Query,
  QueryName,
  RunFailure,
  RunRequest,
  RunState,
  RunStatus,
  RunSummary,
  TracerCost,
} from './contract.ts'
import { isOver } from './contract.ts'
import { estimateRemaining } from './estimate.ts'
import { NodeSections } from './node-sections.ts'
import { MachineClock } from './machine-clock.ts'
import { planSections, type PythonSection, type Section } from './plan.ts'
import type { LaunchedProcess } from './process.ts'
import { PythonSections } from './python-sections.ts'
import { recordedRequest } from './recorded.ts'
import { sentence } from './section-runner.ts'
import { Usage, USAGE_INTERVAL } from './usage.ts'
import { summarise } from './summary.ts'

/** How often the rings are drained, in milliseconds. */
const TICK = 8
/** How often clients are told how far it is. */
const STATUS_INTERVAL = 100

export interface RunOptions {
  readonly demo: Demo
  /** URL of its module, where it is the user's own. */
  readonly module: string | undefined
  readonly request: RunRequest
  /** What its engines of CPython run on. */
  readonly interpreters: readonly Interpreter[]
  /** File for the recording. */
  readonly recordTo: string
  /** Where child processes call in; undefined: a place is found when the first one starts. */
  readonly address: string | undefined
  /** Folder for programs under CPython, which is there once it is needed. */
  readonly scratch: string
  /** Folder for what can be made again. */
  readonly cache: string
  readonly environment: Environment
  /** Where the built entries lie: worker.mjs, section.mjs, gil-sampler.mjs and demos/. */
  readonly entries: URL
  /** Forks a child process of the run. */
  readonly launch: (args: readonly string[]) => LaunchedProcess
  /** A program leads a group of processes, which its host ends should this process be killed. */
  readonly onGroup: (group: { readonly pid: number; readonly isGone: boolean }) => void
  /** Open before the run is: a window may attach while the process still starts. */
  readonly connections: Connections
  readonly onStatus: (status: RunStatus) => void
}

/** One run inside its process: sections one after the other, and everything that watches them. */
export class Run {
  readonly #options: RunOptions
  readonly #sections: readonly Section[]
  /** Units of work of all sections; sections where that is not known, or CPython is among them, whose programs count none. */
  readonly #total: number
  readonly #countsSections: boolean
  #trace: TraceSession | undefined
  #node: NodeSections | undefined
  #python: PythonSections | undefined
  /** Runs the section that runs now. */
  #current: { recordUsage(): void } | undefined
  #recording: RecordingWriter | undefined
  #usage: Usage | undefined
  #costPerEvent = nanoseconds(0)
  #collecting = nanoseconds(0)
  #state: RunState = 'starting'
  #section = 0
  /** Sections that have ended well. */
  #ended = 0
  #begun: bigint | undefined
  #elapsed = nanoseconds(0)
  #failure: RunFailure | undefined
  #summary: RunSummary | undefined
  #deadlock: Deadlock | undefined
  #timers: NodeJS.Timeout[] = []

  constructor(options: RunOptions) {
    this.#options = options
    const { demo, request, interpreters } = options
    this.#sections = planSections(demo, request, interpreters)
    const isKnown = this.#sections.some(({ work }) => work > 0)
    this.#countsSections = !isKnown || this.#sections.some(isPython)
    this.#total = this.#countsSections
      ? this.#sections.length
      : this.#sections.reduce((sum, section) => sum + section.work, 0)
  }

  /** Runs all sections. Resolves when the run is over; queries are answered as long as the process lives. */
  async execute(): Promise<void> {
    try {
      await this.#prepare()
      if (this.#state === 'starting') this.#setState('running')
      this.#begun = process.hrtime.bigint()
      this.#recordUsage()
      this.#timers.push(setInterval(() => this.#recordUsage(), USAGE_INTERVAL))
      await this.#runSections()
    } catch (error) {
      this.#failure ??= unexpected(error)
    }
    await this.#finish()
  }

  /** Cooperative first, then by force; `execute` resolves soon after. */
  async stop(): Promise<void> {
    if (isOver(this.#state) || this.#state === 'stopping') return
    this.#setState('stopping')
    await Promise.all([this.#node?.stop(), this.#python?.stop()])
  }

  /** By a process that is about to end itself: programs are not in its group. */
  killPrograms(): void {
    this.#python?.killNow()
  }

  answer<Name extends QueryName>(name: Name, query: Query<Name>): Answer<Name>
  answer(name: QueryName, query: Query<QueryName>): unknown {
    if (name === 'summary') return this.#summary ?? null
    if (this.#trace === undefined) throw new Error('the run is still starting')
    return this.#trace.answer(name, query)
  }

  async #prepare(): Promise<void> {
    const { recordTo, request, environment } = this.#options
    const recording = await RecordingWriter.create(recordTo, {
      request: recordedRequest(request),
      environment,
    })
    if (!recording.ok) throw new Error(recording.failure.message)
    this.#recording = recording.value
    const now = process.hrtime.bigint
    this.#costPerEvent = calibrate(now)
    const usage = new Usage()
    this.#usage = usage
    const trace = new TraceSession({
      now,
      sink: recording.value,
      segments: recording.value,
      costPerEvent: this.#costPerEvent,
    })
    this.#trace = trace
    trace.onTracks.on((tracks) => this.#options.connections.setTracks(tracks))
    const common = {
      ...this.#options,
      ...{
        trace,
        usage,
        machine: new MachineClock(now),
        recording: recording.value.path,
        sections: this.#sections,
      },
    }
    if (!this.#sections.every(isPython)) this.#node = new NodeSections(common)
    if (this.#sections.some(isPython)) this.#python = new PythonSections(common)
    this.#timers.push(setInterval(() => this.#tick(trace), TICK))
    this.#timers.push(setInterval(() => this.#report(), STATUS_INTERVAL))
    await Promise.all([this.#node?.prepare(), this.#python?.prepare()])
  }

  #tick(trace: TraceSession): void {
    this.#python?.tick()
    trace.tick()
  }

  async #runSections(): Promise<void> {
    for (const section of this.#sections) {
      if (this.#state !== 'running') return
      this.#section++
      const failed = await this.#runSection(section)
      if (failed !== undefined) {
        if (this.#state === 'running') this.#failure = failed
        return
      }
      this.#ended++
    }
  }

  async #runSection(section: Section): Promise<RunFailure | undefined> {
    this.#current = isPython(section) ? this.#python : this.#node
    return isPython(section) ? this.#python?.run(section) : this.#node?.run(section)
  }

  async #finish(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    this.#elapsed = this.#sinceBegin()
    this.#recordUsage()
    await Promise.all([this.#node?.dispose(), this.#python?.dispose()])
    this.#trace?.finish()
    this.#collecting = nanoseconds(this.#usage?.collecting ?? 0)
    const state = this.#state === 'stopping' ? 'stopped' : this.#failure ? 'failed' : 'finished'
    const { demo, environment } = this.#options
    const [trace, status] = [this.#trace, this.#status(state)]
    this.#summary = trace && summarise({ demo, status, trace, environment })
    await this.#closeRecording()
    // Only now it is known whether all of it found room on the disk.
    if (this.#summary !== undefined)
      this.#summary = { ...this.#summary, status: this.#status(state) }
    this.#setState(state)
  }

  async #closeRecording(): Promise<void> {
    const trace = this.#trace
    if (trace === undefined) return
    const { events, dropped, late, newest } = trace.status()
    const footer = { events, dropped, late, newest, summary: this.#summary }
    await this.#recording?.end(footer, trace.snapshot())
  }

  #setState(state: RunState): void {
    this.#state = state
    this.#report()
  }

  #report(): void {
    // Once the run is being stopped, its threads end one by one: what was found before stays.
    if (this.#state === 'running') this.#deadlock = this.#trace?.deadlock()
    const status = this.#status(this.#state)
    this.#options.connections.setStatus(status)
    this.#options.onStatus(status)
  }

  #recordUsage(): void {
    this.#current?.recordUsage()
  }

  #status(state: RunState): RunStatus {
    const { request, demo } = this.#options
    const trace = this.#trace?.status()
    const done = this.#countsSections ? this.#ended : (this.#node?.progress ?? 0)
    const python = this.#python?.statuses
    const elapsed = isOver(state) ? this.#elapsed : this.#sinceBegin()
    const remaining = isOver(state) ? undefined : estimateRemaining(done, this.#total, elapsed)
    const recording = this.#recording
    return {
      state,
      request,
      done,
      total: this.#total,
      unit: this.#countsSections ? 'sections' : demo.unit,
      section: this.#section,
      sections: this.#sections.length,
      elapsed,
      ...(remaining !== undefined && { remaining }),
      newest: trace?.newest ?? nanoseconds(0),
      events: trace?.events ?? 0,
      eventRate: trace?.eventRate ?? 0,
      dropped: trace?.dropped ?? 0,
      tracerShare: trace?.tracerShare ?? 0,
      ...(trace && { tracerCost: this.#tracerCost(trace.events, state) }),
      ...(recording && {
        recording: {
          path: recording.path,
          bytes: recording.bytes,
          ...(recording.failure && { failure: recording.failure.message }),
        },
      }),
      ...(this.#failure && { failure: this.#failure }),
      ...(python && { python }),
      ...(this.#deadlock && { deadlock: this.#deadlock }),
    }
  }

  #tracerCost(events: number, state: RunState): TracerCost {
    return {
      perEvent: this.#costPerEvent,
      recording: nanoseconds(events * this.#costPerEvent),
      collecting: isOver(state) ? this.#collecting : nanoseconds(this.#usage?.collecting ?? 0),
    }
  }

  #sinceBegin(): Nanoseconds {
    if (this.#begun === undefined) return nanoseconds(0)
    return nanoseconds(Number(process.hrtime.bigint() - this.#begun))
  }
}

const isPython = (section: Section): section is PythonSection => section.engine.kind === 'cpython'

const unexpected = (error: unknown): RunFailure => ({
  headline: `The run could not go on: ${sentence(error instanceof Error ? error.message : String(error))}`,
  kept: 'What was recorded before that is kept.',
  remedy: 'Run it again; if it fails the same way, choose smaller parameters.',
  detail: error instanceof Error ? (error.stack ?? '') : '',
})
