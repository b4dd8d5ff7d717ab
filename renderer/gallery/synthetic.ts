/**
 * A made-up run that answers every query of the contract, for the gallery, the fake host and
 * tests. Seeded: the same name and seed give the same trace. Nothing here is measured.
 */
import type {
  Answer,
  MinimapAnswer,
  NeighbourQuery,
  OutputAnswer,
  Queries,
  Query,
  QueryName,
  RunStatus,
  RunSummary,
  SpanDetail,
  TrackInfo,
  TrackSlice,
  ViewAnswer,
  ViewQuery,
} from '../../main/run/contract.ts'
import { nanoseconds, type Nanoseconds } from '../../main/core/units.ts'
import { LaneState } from '../../main/trace/model.ts'
import { noActivity, noFlows, noPath } from '../../main/trace/stubs.ts'
import { duration as durationText, moment, rate } from '../theme/figures.ts'
import { stateStyle } from '../theme/state-style.ts'
import type { TraceSource } from '../timeline/trace-source.ts'
import { binsIn, countIn, counterIn, indexAt, ratesIn, spansIn } from './sampling.ts'
import {
  lanesOf,
  syntheticDistribution,
  syntheticSeries,
  syntheticTables,
} from './synthetic-tables.ts'
import { makeScenario, type Scenario, type ScenarioName, type SyntheticTrack } from './scenarios.ts'

type Handlers = { [Name in QueryName]: (query: Query<Name>) => Queries[Name]['answer'] }

export interface SyntheticOptions {
  readonly seed?: number
  /** What the run's status says; figures of time are filled in. */
  readonly status?: Partial<RunStatus>
}

export class SyntheticTrace implements TraceSource {
  readonly #scenario: Scenario
  readonly #byId: ReadonlyMap<number, SyntheticTrack>
  readonly #status: Partial<RunStatus>
  #newest: number

  constructor(name: ScenarioName, { seed = 1, status = {} }: SyntheticOptions = {}) {
    this.#scenario = makeScenario(name, seed)
    this.#byId = new Map(this.#scenario.tracks.map((track) => [track.info.id, track]))
    this.#status = status
    this.#newest = this.#scenario.duration
  }

  get tracks(): readonly TrackInfo[] {
    return this.#scenario.tracks.map((track) => track.info)
  }
  /** Nanoseconds the whole run takes. */
  get duration(): Nanoseconds {
    return nanoseconds(this.#scenario.duration)
  }
  get newest(): Nanoseconds {
    return nanoseconds(this.#newest)
  }
  get isOver(): boolean {
    return this.#newest >= this.#scenario.duration
  }

  /** Plays the run up to this moment: nothing later is answered. */
  advance(to: number): void {
    this.#newest = Math.max(0, Math.min(to, this.#scenario.duration))
  }

  get status(): RunStatus {
    const events = this.#scenario.tracks.reduce(
      (sum, track) => sum + (track.spans ? countIn(track.spans.starts, 0, this.#newest) : 0),
      0,
    )
    const share = this.#newest / this.#scenario.duration
    return {
      state: this.isOver ? 'finished' : 'running',
      request: { demo: 'synthetic', variant: 'one', parameters: {}, repeats: 1, baseline: false },
      done: Math.round(share * 1000),
      total: 1000,
      unit: 'units',
      section: 1,
      sections: 1,
      elapsed: this.newest,
      ...(this.isOver ? {} : { remaining: nanoseconds(this.#scenario.duration - this.#newest) }),
      newest: this.newest,
      events,
      eventRate: this.isOver ? 0 : events / Math.max(1e-3, this.#newest / 1e9),
      dropped: 0,
      tracerShare: 0.004,
      ...this.#status,
    }
  }

  ask<Name extends QueryName>(name: Name, query: Query<Name>): Promise<Answer<Name>> {
    const handlers: Handlers = this.#handlers
    const handle: (query: Query<Name>) => Answer<Name> = handlers[name]
    return Promise.resolve(handle(query))
  }

  readonly #handlers: Handlers = {
    view: (query) => this.#view(query),
    minimap: (query) => this.#minimap(query),
    inspect: ({ track, time }) => this.#inspect(track, time),
    neighbour: (query) => this.#neighbour(query),
    tables: () => syntheticTables(this.#scenario.tracks, this.#newest),
    series: (query) => syntheticSeries(this.#byId.get(query.track), query, this.#newest),
    distribution: ({ track }) => syntheticDistribution(this.#scenario.tracks, track, this.#newest),
    activity: noActivity,
    flows: noFlows,
    criticalPath: noPath,
    search: () => ({ matches: [], total: 0 }),
    notes: () => [],
    addNote: (note) => ({ ...note, id: 1 }),
    removeNote: () => null,
    output: ({ after }) => this.#output(after),
    summary: () => this.#summary(),
  }

  #view({ from, to, width, tracks }: ViewQuery): ViewAnswer {
    const limit = this.#newest
    const range = { from, to, width, limit }
    const slices: TrackSlice[] = []
    for (const id of tracks) {
      const track = this.#byId.get(id)
      if (!track) continue
      const { spans, steps, puts, gets } = track
      const few = spans && countIn(spans.starts, from, to) <= width / 3
      slices.push({
        track: id,
        ...(spans && few && from < limit
          ? { spans: spansIn(spans, from, Math.min(to, limit)) }
          : {}),
        ...(spans && !few ? { bins: binsIn(spans, range) } : {}),
        ...(steps ? { counter: counterIn(steps, range) } : {}),
        ...(puts && gets ? { rates: ratesIn(puts, gets, range) } : {}),
      })
    }
    return { from, to, width, newest: this.newest, slices }
  }

  #minimap({ from, to, width }: Query<'minimap'>): MinimapAnswer {
    const lanes = lanesOf(this.#scenario.tracks).map((track) =>
      binsIn(track.spans, { from, to, width, limit: this.#newest }),
    )
    const states = [...new Set(lanes.flatMap((bins) => [...bins.states]))].sort()
    const shares = new Uint8Array(states.length * width)
    const counts = new Uint16Array(width)
    states.forEach((state, row) => {
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (const bins of lanes) {
          const index = bins.states.indexOf(state)
          if (index >= 0) sum += bins.shares[index * width + x] ?? 0
        }
        shares[row * width + x] = Math.round(sum / Math.max(1, lanes.length))
      }
    })
    for (const bins of lanes) {
      for (let x = 0; x < width; x++)
        counts[x] = Math.min(65_535, (counts[x] ?? 0) + (bins.counts[x] ?? 0))
    }
    return { from, to, width, bins: { states: Uint8Array.from(states), shares, counts } }
  }

  #inspect(id: number, time: number): SpanDetail | null {
    const track = this.#byId.get(id)
    if (!track || time > this.#newest || time < 0) return null
    if (track.spans) {
      const index = indexAt(track.spans.starts, time)
      return index < 0 ? null : this.#detail(track, index)
    }
    const { steps } = track
    if (!steps) return null
    const index = Math.max(0, indexAt(steps.times, time))
    const from = steps.times[index] ?? 0
    const to = Math.min(steps.times[index + 1] ?? this.#newest, this.#newest)
    const window = 200e6
    const perSecond = (times: readonly number[] = []) =>
      rate(countIn(times, time - window, time) / (window / 1e9))
    if (track.info.kind === 'event') {
      return {
        track: id,
        from: nanoseconds(from),
        to: nanoseconds(to),
        state: LaneState.idle,
        title: `${steps.values[index] ?? 0} waiting`,
        facts: [{ label: 'From', value: moment(from) }],
      }
    }
    return {
      track: id,
      from: nanoseconds(from),
      to: nanoseconds(to),
      state: LaneState.queue,
      title: `Depth ${steps.values[index] ?? 0}`,
      facts: [
        { label: 'From', value: moment(from) },
        { label: 'Put', value: perSecond(track.puts) },
        { label: 'Got', value: perSecond(track.gets) },
      ],
    }
  }

  #detail(track: SyntheticTrack, index: number): SpanDetail | null {
    const spans = track.spans
    if (!spans) return null
    const from = spans.starts[index] ?? 0
    const to = Math.min(spans.starts[index + 1] ?? this.#newest, this.#newest)
    const state = (spans.states[index] ?? 0) as LaneState
    const detail = spans.details[index] ?? 0
    if (state === LaneState.none || from > this.#newest) return null
    const base = { track: track.info.id, from: nanoseconds(from), to: nanoseconds(to), state }
    const start = { label: 'From', value: moment(from) }
    if (track.info.kind !== 'lane') {
      const holder = this.#byId.get(detail)?.info.name ?? 'nobody'
      const step = track.steps ? indexAt(track.steps.times, to - 1) : -1
      const waiting = track.steps?.values[step] ?? 0
      return {
        ...base,
        title: `Held by ${holder}`,
        facts: [start, { label: 'Waiting at the end', value: String(waiting) }],
      }
    }
    const resource = this.#scenario.tracks.find(
      (other) => other.info.kind !== 'lane' && other.info.subject === detail,
    )
    const name = resource?.info.name ?? ''
    if (state === LaneState.waiting && resource?.spans) {
      const holds = resource.spans
      const holder = (time: number) =>
        this.#byId.get(holds.details[indexAt(holds.starts, time)] ?? 0)?.info.name ?? 'nobody'
      return {
        ...base,
        title: resource.info.kind === 'gil' ? 'Waiting for the GIL' : `Waiting for ${name}`,
        facts: [
          { label: 'Held by', value: holder(from) },
          start,
          { label: 'Ended by', value: `release, ${holder(to - 1)}` },
        ],
      }
    }
    const title =
      state === LaneState.queue
        ? `Blocked in ${name}.get`
        : state === LaneState.holding
          ? `Holding ${name === 'GIL' ? 'the GIL' : name}, others wait`
          : stateStyle(state).label
    return { ...base, title, facts: [start, { label: 'To', value: moment(to) }] }
  }

  #neighbour({ track: id, time, direction, what }: NeighbourQuery): SpanDetail | null {
    let best: { track: SyntheticTrack; index: number; start: number } | undefined
    for (const track of lanesOf(this.#scenario.tracks)) {
      if (id !== undefined && track.info.id !== id) continue
      const { starts, states } = track.spans
      const step = direction === 'next' ? 1 : -1
      let index = indexAt(starts, time)
      if (direction === 'next') index += 1
      else if (starts[index] === time) index -= 1
      while (
        index >= 0 &&
        index < starts.length &&
        (states[index] === LaneState.none ||
          (what === 'contention' && states[index] !== LaneState.waiting))
      ) {
        index += step
      }
      const start = starts[index]
      if (start === undefined || start > this.#newest) continue
      const nearer = best && (direction === 'next' ? start < best.start : start > best.start)
      if (!best || nearer) best = { track, index, start }
    }
    return best ? this.#detail(best.track, best.index) : null
  }

  #output(after: number): OutputAnswer {
    const lines = this.#scenario.output.filter((line) => line.time <= this.#newest)
    return { lines: lines.slice(after), total: lines.length }
  }

  #summary(): RunSummary | null {
    if (!this.isOver) return null
    return {
      status: this.status,
      measurements: [
        {
          variant: 'one',
          repeat: 1,
          from: nanoseconds(0),
          elapsed: nanoseconds(this.#scenario.duration),
        },
      ],
      verdict: {
        judgement: 'open',
        headline: `The run took ${durationText(this.#scenario.duration)}`,
        sentences: [
          'This trace is made up: it shows what the views look like, and measures nothing.',
        ],
        evidence: [{ label: 'Elapsed', value: durationText(this.#scenario.duration) }],
      },
      tables: syntheticTables(this.#scenario.tracks, this.#newest),
      environment: {
        platform: 'made up',
        node: '',
        processors: 2,
        startedAt: '2026-01-01T00:00:00Z',
      },
    }
  }
}
