/** Sections that Node runs: in worker threads of this process, and in its child processes. */
import { Gil } from '../threading/gil.ts'
import { resetSection } from '../threading/runtime.ts'
import type { Parameters } from '../demos/manifest.ts'
import { EventKind, LaneEnd, OutputStream } from '../trace/model.ts'
import type { TraceSession } from '../trace/session.ts'
import { ChildRegistry } from './children.ts'
import type { RunFailure, RunRequest } from './contract.ts'
import type { NodeSection, Section } from './plan.ts'
import type { MachineClock } from './machine-clock.ts'
import type { LaunchedProcess } from './process.ts'
import type { SectionTarget } from './section.ts'
import { keptIn, sentence, type SectionRunner } from './section-runner.ts'
import { ThreadHost } from './thread-host.ts'
import type { ThreadOutcome } from './thread-messages.ts'
import type { Usage } from './usage.ts'

/** From the request to stop until children are ended by force, in seconds. */
const STOP_GRACE = 0.5
const MILLISECONDS_PER_SECOND = 1_000

export interface NodeSectionsOptions {
  readonly request: Pick<RunRequest, 'demo'>
  readonly sections: readonly Section[]
  /** URL of the module that is run; undefined: the demo's own among the built entries. */
  readonly module: string | undefined
  /** Where child processes call in; undefined: a place is found when the first one starts. */
  readonly address: string | undefined
  /** Where the built entries lie: worker.mjs, section.mjs and demos/. */
  readonly entries: URL
  /** Forks a child process of the run. */
  readonly launch: (args: readonly string[]) => LaunchedProcess
  readonly trace: TraceSession
  readonly usage: Usage
  readonly machine: MachineClock
  /** Path of the recording. */
  readonly recording: string
}

export class NodeSections implements SectionRunner<NodeSection> {
  readonly #options: NodeSectionsOptions
  readonly #threads: ThreadHost
  readonly #children: ChildRegistry
  #isStopped = false

  constructor(options: NodeSectionsOptions) {
    this.#options = options
    const { trace, entries, address, launch } = options
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
  }

  /** Units of work counted so far. */
  get progress(): number {
    return this.#threads.progress + this.#children.progress
  }

  async prepare(): Promise<void> {
    // The main thread and those that it starts: ready before the clock runs.
    const threads = this.#options.sections.map((section) =>
      section.engine.kind === 'node' ? (section as NodeSection).threads : 0,
    )
    await this.#threads.prewarm(1 + Math.max(...threads))
  }

  async run({
    program,
    label,
    repeat,
    parameters,
    gil,
  }: NodeSection): Promise<RunFailure | undefined> {
    const { request, entries, recording } = this.#options
    resetSection(this.#threads.control)
    this.recordUsage()
    const target: SectionTarget = {
      program: { module: this.#options.module ?? builtIn(request.demo, entries), name: program },
      parameters,
      variant: label,
      repeat,
    }
    const outcome = await this.#threads.run({
      target: { module: new URL('section.mjs', entries).href, name: 'runSection' },
      args: [target],
      ...(gil && { gil: gilOf(parameters) }),
    })
    await this.#children.endSection()
    if (outcome.end === LaneEnd.returned || this.#isStopped) return undefined
    return programFailure(outcome, recording)
  }

  tick(): void {
    // Its rings are drained by the trace.
  }

  recordUsage(): void {
    const { tracer } = this.#threads
    if (tracer === undefined) return
    this.#options.usage.record(tracer)
    const load = this.#options.machine.since(true)
    if (load !== undefined) tracer.record(EventKind.load, 0, ...load)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#children.stop()
    await Promise.all([this.#threads.stop(), this.#children.endAll(STOP_GRACE)])
  }

  async dispose(): Promise<void> {
    await this.#children.dispose()
    await this.#threads.dispose()
  }
}

const builtIn = (demo: string, entries: URL): string => new URL(`demos/${demo}.mjs`, entries).href

/** Parameter `switchInterval` is in milliseconds; a demo without it runs with CPython's default. */
const gilOf = ({ switchInterval }: Parameters): Gil =>
  new Gil(
    switchInterval === undefined
      ? {}
      : { switchInterval: switchInterval / MILLISECONDS_PER_SECOND },
  )

function programFailure(outcome: ThreadOutcome, recording: string): RunFailure {
  const { error } = outcome
  const where = error?.at ? ` at ${error.at}` : ''
  return {
    headline:
      error === undefined
        ? 'The program’s main thread was ended from outside.'
        : `The program failed${where}: ${sentence(`${error.name}: ${error.message}`)}`,
    kept: keptIn(recording),
    remedy: 'See the output for the stack; change the parameters and run it again.',
    detail: error?.stack ?? '',
  }
}
