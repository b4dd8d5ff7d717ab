import { nanoseconds, type Nanoseconds } from '../core/units.ts'
import type { Demo } from '../demos/demo.ts'
import type { Parameters } from '../demos/manifest.ts'
import { Gil } from '../threading/gil.ts'
import { resetSection } from '../threading/runtime.ts'
import { calibrate } from '../trace/calibrate.ts'
import { EventKind, LaneEnd, OutputStream } from '../trace/model.ts'
import { RecordingWriter } from '../trace/node/recording-writer.ts'
import { TraceSession } from '../trace/session.ts'
import { ChildRegistry } from './children.ts'
import type { Connections } from './connections.ts'
import type {
  Answer,
  Deadlock,
  Environment,
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
import { planSections, type Section } from './plan.ts'
import type { LaunchedProcess } from './process.ts'
import type { SectionTarget } from './section.ts'
import { ThreadHost } from './thread-host.ts'
import { Usage, USAGE_INTERVAL } from './usage.ts'
import { summarise } from './summary.ts'
import type { ThreadOutcome } from './thread-messages.ts'

/** How often the rings are drained, in milliseconds. */
const TICK = 8
/** How often clients are told how far it is. */
const STATUS_INTERVAL = 100
/** From the request to stop until children are ended by force, in seconds. */
const STOP_GRACE = 0.5
const MILLISECONDS_PER_SECOND = 1_000

export interface RunOptions {
  readonly demo: Demo
  readonly request: RunRequest
  /** File for the recording. */
  readonly recordTo: string
  /** Where child processes call in; undefined: a place is found when the first one starts. */
  readonly address: string | undefined
  readonly environment: Environment
  /** Where the built entries lie: worker.mjs, section.mjs and demos/. */
  readonly entries: URL
  /** Forks a child process of the run. */
  readonly launch: (args: readonly string[]) => LaunchedProcess
  /** Open before the run is: a window may attach while the process still starts. */
  readonly connections: Connections
  readonly onStatus: (status: RunStatus) => void
}

/** One run inside its process: sections one after the other, and everything that watches them. */
export class Run {
  readonly #options: RunOptions
  readonly #sections: readonly Section[]
  readonly #total: number
  #trace: TraceSession | undefined
  #threads: ThreadHost | undefined
  #children: ChildRegistry | undefined
  #recording: RecordingWriter | undefined
  #usage: Usage | undefined
  #costPerEvent = nanoseconds(0)
  #collecting = nanoseconds(0)
  #state: RunState = 'starting'
  #section = 0
  #begun: bigint | undefined
  #elapsed = nanoseconds(0)
  #failure: RunFailure | undefined
  #summary: RunSummary | undefined
  #deadlock: Deadlock | undefined
  #timers: NodeJS.Timeout[] = []

  constructor(options: RunOptions) {
    this.#options = options
    this.#sections = planSections(options.demo, options.request)
    this.#total = this.#sections.reduce((sum, section) => sum + section.work, 0)
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
    this.#children?.stop()
    await Promise.all([this.#threads?.stop(), this.#children?.endAll(STOP_GRACE)])
  }

  answer<Name extends QueryName>(name: Name, query: Query<Name>): Answer<Name>
  answer(name: QueryName, query: Query<QueryName>): unknown {
    if (name === 'summary') return this.#summary ?? null
    if (this.#trace === undefined) throw new Error('the run is still starting')
    return this.#trace.answer(name, query)
  }

  async #prepare(): Promise<void> {
    const { recordTo, address, request, environment, entries, launch } = this.#options
    const recording = await RecordingWriter.create(recordTo, { request, environment })
    if (!recording.ok) throw new Error(recording.failure.message)
    this.#recording = recording.value
    const now = process.hrtime.bigint
    this.#costPerEvent = calibrate(now)
    this.#usage = new Usage()
    const trace = new TraceSession({
      now,
      sink: recording.value,
      segments: recording.value,
      costPerEvent: this.#costPerEvent,
    })
    this.#trace = trace
    trace.onTracks.on((tracks) => this.#options.connections.setTracks(tracks))
    const threads = new ThreadHost({
      workerEntry: new URL('worker.mjs', entries),
      processNumber: 0,
      onSource: ({ id, ring }) => trace.addRing({ id, ring, pid: process.pid }),
    })
    this.#threads = threads
    this.#children = new ChildRegistry({
      control: threads.control,
      address,
      launch,
      traced: true,
      onTrace: (frame) => trace.childFrame(frame),
      onExit: ({ sources, end, exitcode }) => {
        for (const source of sources) trace.endSource(source, end, exitcode)
      },
      onNotice: (text) =>
        threads.tracer?.recordText(EventKind.output, 0, OutputStream.error, 0, 0, text),
    })
    this.#timers.push(setInterval(() => trace.tick(), TICK))
    this.#timers.push(setInterval(() => this.#report(), STATUS_INTERVAL))
    // One for the main thread and, where a demo has them, its threads: started before the clock runs.
    await threads.prewarm(1 + (request.parameters['threads'] ?? 1))
  }

  async #runSections(): Promise<void> {
    for (const section of this.#sections) {
      if (this.#state !== 'running') return
      this.#section++
      const outcome = await this.#runSection(section)
      await this.#children?.endSection()
      if (outcome?.end === LaneEnd.returned) continue
      if (this.#state === 'running') this.#failure = programFailure(outcome, this.#recording?.path)
      return
    }
  }

  async #runSection({
    program,
    variant,
    repeat,
    gil,
  }: Section): Promise<ThreadOutcome | undefined> {
    const { demo, request, entries } = this.#options
    if (this.#threads === undefined) return undefined
    resetSection(this.#threads.control)
    const target: SectionTarget = {
      program: { module: new URL(`demos/${demo.manifest.id}.mjs`, entries).href, name: program },
      parameters: request.parameters,
      variant,
      repeat,
    }
    return this.#threads.run({
      target: { module: new URL('section.mjs', entries).href, name: 'runSection' },
      args: [target],
      ...(gil && { gil: gilOf(request.parameters) }),
    })
  }

  async #finish(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    this.#elapsed = this.#sinceBegin()
    this.#recordUsage()
    await this.#children?.dispose()
    await this.#threads?.dispose()
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
    if (this.#threads?.tracer !== undefined) this.#usage?.record(this.#threads.tracer)
  }

  #status(state: RunState): RunStatus {
    const { request, demo } = this.#options
    const trace = this.#trace?.status()
    const done = (this.#threads?.progress ?? 0) + (this.#children?.progress ?? 0)
    const elapsed = isOver(state) ? this.#elapsed : this.#sinceBegin()
    const remaining = isOver(state) ? undefined : estimateRemaining(done, this.#total, elapsed)
    const recording = this.#recording
    return {
      state,
      request,
      done,
      total: this.#total,
      unit: demo.unit,
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

/** Parameter `switchInterval` is in milliseconds; a demo without it runs with CPython's default. */
const gilOf = ({ switchInterval }: Parameters): Gil =>
  new Gil(
    switchInterval === undefined
      ? {}
      : { switchInterval: switchInterval / MILLISECONDS_PER_SECOND },
  )

function programFailure(outcome: ThreadOutcome | undefined, recording = ''): RunFailure {
  const error = outcome?.error
  const where = error?.at ? ` at ${error.at}` : ''
  return {
    headline:
      error === undefined
        ? 'The program’s main thread was ended from outside.'
        : `The program failed${where}: ${sentence(`${error.name}: ${error.message}`)}`,
    kept: `Everything up to that moment is on the timeline and in the recording ${recording}.`,
    remedy: 'See the output for the stack; change the parameters and run it again.',
    detail: error?.stack ?? '',
  }
}

/** Messages of programs and of Node end as they like. */
const sentence = (message: string): string => (/[.!?…]$/.test(message) ? message : `${message}.`)

const unexpected = (error: unknown): RunFailure => ({
  headline: `The run could not go on: ${sentence(error instanceof Error ? error.message : String(error))}`,
  kept: 'What was recorded before that is kept.',
  remedy: 'Run it again; if it fails the same way, choose smaller parameters.',
  detail: error instanceof Error ? (error.stack ?? '') : '',
})
