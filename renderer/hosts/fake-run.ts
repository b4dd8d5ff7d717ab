import { disposable, type Disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import { formatDuration, formatRatio } from '../../main/core/figures-format.ts'
import { nanoseconds } from '../../main/core/units.ts'
import {
  isOver,
  type Environment,
  type FromRun,
  type Measurement,
  type RunInfo,
  type RunRequest,
  type RunStatus,
  type RunSummary,
  type TimelinePlace,
  type ToRun,
  type TrackInfo,
} from '../../main/run/contract.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { figure, say } from '../../main/run/sentence.ts'
import { enginesOf, sectionsMarked, sectionsMeasured } from '../timeline/twin/sections.ts'
import { decodeToRun, encodeMessage } from '../../main/run/wire.ts'
import { midSentence } from '../views/words.ts'
import { seededRandom } from '../../main/core/statistics.ts'
import type { ScenarioName } from '../gallery/scenarios.ts'
import { SyntheticTrace } from '../gallery/synthetic.ts'
import type { RunPort } from './host.ts'
import type { FakeOptions } from './fake.ts'
import { fakeCases, hasCases } from './fake-cases.ts'
import { FAKE_DEMOS } from './fake-demos.ts'

const TICK = 50
const NO_DIFFERENCE = { estimate: 1.02, low: 0.97, high: 1.07 } as const
const FASTER = { estimate: 1.96, low: 1.89, high: 2.04 } as const
const UNITS: Record<string, string> = { 'gil-countdown': 'counts', 'lock-contention': 'rounds' }

interface Connection {
  readonly messages: Emitter<Uint8Array>
  readonly closed: Emitter<void>
}

/** The made-up program that a demo of the fake host stands for. */
const PROGRAMS: Readonly<Record<string, ScenarioName>> = {
  'gil-countdown': 'gil',
  'sender-receiver-thread': 'queue',
  'sender-receiver-process': 'queue',
}

/** A made-up run played in real time, answering over ports like a run's process. */
export class FakeRun implements Disposable {
  readonly onProgress = new Emitter<number>()
  readonly #id: string
  readonly #request: RunRequest
  readonly #environment: Environment
  readonly #trace: SyntheticTrace
  readonly #options: FakeOptions
  readonly #connections = new Set<Connection>()
  readonly #timer: ReturnType<typeof setInterval> | undefined
  #tracks = 0
  #over: Partial<RunStatus> = {}

  constructor(id: string, request: RunRequest, environment: Environment, options: FakeOptions) {
    this.#id = id
    this.#request = request
    this.#environment = environment
    this.#options = options
    const { seed = 1, scenario = PROGRAMS[request.demo] ?? 'lock', standAt } = options
    this.#trace = new SyntheticTrace(scenario, { seed })
    this.#trace.advance(this.#trace.duration * (standAt ?? 0))
    if (this.#trace.isOver) this.#over = { state: 'finished', eventRate: 0 }
    if (standAt === undefined) this.#timer = setInterval(() => this.#tick(), TICK)
  }

  get info(): RunInfo {
    return { id: this.#id, status: this.#status }
  }

  attach(): RunPort {
    const connection = { messages: new Emitter<Uint8Array>(), closed: new Emitter<void>() }
    this.#connections.add(connection)
    return {
      send: (bytes) => void this.#answer(connection, decodeToRun(bytes)),
      onMessage: (listener) => {
        queueMicrotask(() => {
          this.#tell(connection, { type: 'tracks', tracks: this.#tracksNow })
          this.#tell(connection, { type: 'status', status: this.#status })
        })
        return connection.messages.on(listener)
      },
      onClose: (listener) => connection.closed.on(listener),
      ...disposable(() => this.#connections.delete(connection)),
    }
  }

  stop(): void {
    this.#end({ state: 'stopped' })
  }

  /** As if its process had been killed: the ports close, and only the host knows why. */
  die(): void {
    clearInterval(this.#timer)
    this.#over = {
      state: 'failed',
      failure: {
        headline: 'The run’s process ended unexpectedly (signal SIGKILL).',
        kept: 'The recording up to that moment is kept.',
        remedy: 'Run it again; if it ends the same way, choose smaller parameters.',
        detail: '',
      },
    }
    this.closePorts()
  }

  closePorts(): void {
    const connections = [...this.#connections]
    this.#connections.clear()
    for (const { closed } of connections) closed.emit()
  }

  dispose(): void {
    clearInterval(this.#timer)
    this.closePorts()
  }

  get #share(): number {
    return this.#trace.newest / this.#trace.duration
  }

  get #tracksNow(): readonly TrackInfo[] {
    const { reading } = this.#options
    const { tracks } = this.#trace
    return reading === undefined
      ? tracks
      : tracks.map((each) => (each.kind === 'gil' ? { ...each, measured: false, reading } : each))
  }

  get #sections(): number {
    const { repeats, baseline, twin, others = [], sweep = [] } = this.#request
    const variants = 1 + others.length + (baseline || twin ? 1 : 0)
    return sweep.reduce((all, { values }) => all * values.length, variants * repeats)
  }

  get #status(): RunStatus {
    const sections = this.#sections
    const total = (this.#request.parameters['count'] ?? 1_000) * sections
    return {
      ...this.#trace.status,
      request: this.#request,
      done: Math.round(total * this.#share),
      total,
      unit: UNITS[this.#request.demo] ?? 'items',
      section: Math.min(sections, Math.floor(this.#share * sections) + 1),
      sections,
      recording: { path: 'recordings/fake.ilv', bytes: Math.round(1.3e6 * this.#share) },
      ...this.#options.status,
      ...this.#over,
    }
  }

  #tick(): void {
    const { speed = 1, failAt } = this.#options
    this.#trace.advance(this.#trace.newest + TICK * 1e6 * speed)
    this.onProgress.emit(this.#share)
    if (failAt !== undefined && this.#share >= failAt)
      return this.#end({
        state: 'failed',
        failure: {
          headline: 'worker-3 threw RangeError: tile 617 is outside the picture',
          kept: `Kept: all events up to ${formatDuration(this.#trace.newest)}; the recording is complete until then.`,
          remedy: 'Look at the last event of worker-3, or run it again with fewer rounds.',
          detail: 'RangeError: tile 617 is outside the picture\n    at decode (program.ts:18)',
        },
      })
    if (this.#trace.isOver) this.#end({ state: 'finished' })
    else this.#tellAll({ type: 'status', status: this.#status })
    this.#tellTracks()
  }

  /** Rows appear as their threads begin. */
  #tellTracks(): void {
    const tracks = this.#tracksNow
    if (tracks.length === this.#tracks) return
    this.#tracks = tracks.length
    this.#tellAll({ type: 'tracks', tracks })
  }

  #end(how: Partial<RunStatus>): void {
    if (isOver(this.#status.state) && this.#over.state !== undefined) return
    clearInterval(this.#timer)
    this.#over = { eventRate: 0, ...how }
    this.#tellAll({ type: 'status', status: this.#status })
  }

  async #answer(connection: Connection, { id, name, query }: ToRun): Promise<void> {
    try {
      const answer = name === 'summary' ? await this.#summary() : await this.#trace.ask(name, query)
      this.#tell(connection, { type: 'answer', id, answer })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#tell(connection, { type: 'refused', id, message })
    }
  }

  async #summary(): Promise<RunSummary | null> {
    if (!isOver(this.#status.state)) return null
    const { variant, repeats, baseline } = this.#request
    const manifest = FAKE_DEMOS.find(({ id }) => id === this.#request.demo)
    const definition = manifest?.variants.find(({ id }) => id === variant)
    const other = baseline ? definition?.baseline : undefined
    const measurements = this.#request.twin
      ? await this.#measuredTwins()
      : this.#measured(other === undefined ? [variant] : [other, variant], repeats)
    const label = (id: string) => manifest?.variants.find((each) => each.id === id)?.label ?? id
    const [of, to] = this.#request.twin
      ? enginesOf(sectionsMeasured(measurements), 'CPython 3.13.0')
      : [label(variant), other && label(other)]
    const cases = hasCases(this.#request)
      ? fakeCases(this.#request, this.#options.seed ?? 1, this.#trace.newest)
      : undefined
    const ratio =
      of === undefined || to === undefined || cases !== undefined
        ? undefined
        : { ...(this.#request.twin ? FASTER : NO_DIFFERENCE), of, to }
    const wait = await this.#aWait()
    return {
      status: this.#status,
      measurements,
      verdict: {
        judgement: !ratio ? 'open' : ratio.low < 1 ? 'no difference shown' : 'as expected',
        headline: ratio
          ? `${ratio.of} took ${formatRatio(ratio.estimate)} × the time of ${midSentence(ratio.to)}`
          : `The run took ${formatDuration(this.#trace.newest)}`,
        sentences: [
          ...(ratio && ratio.low < 1
            ? ['The interval includes 1.00, so this run shows no difference.']
            : []),
          ...(cases
            ? [say`The longest wait took ${figure(formatDuration(1.9e7), await this.#aWait())}.`]
            : []),
          'This trace is made up: it shows what the views look like, and measures nothing.',
        ],
        evidence: [
          { label: 'Elapsed', value: formatDuration(this.#trace.newest) },
          { label: 'Turns', value: '1 008' },
          { label: 'Median turn', value: '5.02 ms' },
          { label: 'Both ran at once', value: '0.0 %' },
          { label: 'Waiting for the GIL', value: '49.8 %' },
          ...(cases
            ? [{ label: 'Longest wait', value: '19.0 ms', place: await this.#aWait() }]
            : []),
        ],
        ...(ratio && { ratio }),
        ...(cases && { cases }),
        ...(ratio &&
          manifest?.questions && {
            answers: manifest.questions.map(({ id }) => ({
              question: id,
              option: 'same',
              because: say`the lanes waited for the GIL ${figure('49.8\u00a0%', wait)} of the time.`,
            })),
          }),
      },
      tables: await this.#trace.ask('tables', {}),
      environment: this.#environment,
    }
  }

  /** Where somebody waits, in the middle of the run. */
  async #aWait(): Promise<TimelinePlace> {
    const time = nanoseconds(this.#trace.newest / 2)
    const query = { time, direction: 'next', what: 'contention' } as const
    const found = await this.#trace.ask('neighbour', query)
    return found ?? { from: time, to: time }
  }

  #measured(variants: readonly string[], repeats: number): readonly Measurement[] {
    const random = seededRandom(this.#options.seed ?? 1)
    const length = this.#trace.duration / this.#sections
    return Array.from({ length: repeats }, (_, index) =>
      variants.map((each, place): Measurement => {
        return {
          variant: each,
          repeat: index + 1,
          from: nanoseconds((index * 2 + place) * length),
          elapsed: nanoseconds(length * (0.97 + 0.08 * random())),
        }
      }),
    ).flat()
  }

  /** Of the sections that there were. */
  async #measuredTwins(): Promise<readonly Measurement[]> {
    const { matches } = await this.#trace.ask('search', { text: '@' })
    return sectionsMarked(matches, this.#trace.newest).map(({ engine, repeat, from, to }) => ({
      variant: sectionLabel(this.#request.variant, engine),
      repeat,
      from,
      elapsed: nanoseconds(to - from),
    }))
  }

  #tellAll(message: FromRun): void {
    for (const connection of [...this.#connections]) this.#tell(connection, message)
  }

  #tell(connection: Connection, message: FromRun): void {
    if (this.#connections.has(connection)) connection.messages.emit(encodeMessage(message))
  }
}
