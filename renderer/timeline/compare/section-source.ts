/**
 * A part of a run as a run of its own: it begins at 0 or a given time later, and ends where the
 * section does. Nothing before its beginning is shown.
 */
import { nanoseconds, type Nanoseconds } from '../../../main/core/units.ts'
import type {
  Answer,
  Blame,
  BlamedLane,
  Query,
  QueryName,
  SpanDetail,
  TimeRange,
} from '../../../main/run/contract.ts'
import type { TraceSource } from '../trace-source.ts'
import { hiddenBefore } from './hidden-before.ts'

export class SectionSource implements TraceSource {
  readonly #source: TraceSource
  readonly #section: TimeRange

  /** Moment of the run that is 0 here. */
  readonly #origin: number

  /** @param before nanoseconds from 0 to where the section begins */
  constructor(source: TraceSource, section: TimeRange, before = 0) {
    this.#source = source
    this.#section = section
    this.#origin = section.from - before
  }

  /** Rejects as the run does. Searches are about the whole run: here there are none. */
  async ask<Name extends QueryName>(name: Name, query: Query<Name>): Promise<Answer<Name>> {
    // A name and its answer belong together; the compiler cannot follow the look-up by name.
    return (await this.#answer(name, query)) as Answer<Name>
  }

  async #answer(name: QueryName, query: unknown): Promise<unknown> {
    const [from, source] = [this.#origin, this.#source]
    switch (name) {
      case 'view': {
        const answer = await source.ask('view', this.#moved(query as Query<'view'>))
        const slices = answer.slices.map((slice) => hiddenBefore(slice, answer, this.#section.from))
        return { ...this.#back({ ...answer, slices }), newest: this.#within(answer.newest) }
      }
      case 'minimap':
        return this.#back(await source.ask('minimap', this.#moved(query as Query<'minimap'>)))
      case 'inspect': {
        const asked = query as Query<'inspect'>
        const time = plus(asked.time, from)
        if (time < this.#section.from) return null
        const detail = await source.ask('inspect', { ...asked, time })
        return detail && this.#detail(detail)
      }
      case 'neighbour': {
        const asked = query as Query<'neighbour'>
        const detail = await source.ask('neighbour', { ...asked, time: plus(asked.time, from) })
        return detail && this.#isInside(detail) ? this.#detail(detail) : null
      }
      case 'tables': {
        const { range } = query as Query<'tables'>
        return source.ask('tables', { range: range ? this.#moved(range) : this.#section })
      }
      case 'activity': {
        const answer = await source.ask('activity', this.#moved(query as Query<'activity'>))
        return { ...answer, seconds: answer.seconds.map((each) => each - from / 1e9) }
      }
      case 'flows': {
        const answer = await source.ask('flows', this.#moved(query as Query<'flows'>))
        const { putTimes, getTimes } = answer
        return {
          ...this.#back(answer),
          putTimes: putTimes.map((each) => each - from),
          getTimes: getTimes.map((each) => each - from),
        }
      }
      case 'criticalPath': {
        const answer = await source.ask('criticalPath', this.#moved(query as TimeRange))
        const { starts, ends } = answer
        return {
          ...this.#back(answer),
          starts: starts.map((each) => each - from),
          ends: ends.map((each) => each - from),
        }
      }
      case 'notes': {
        const notes = await source.ask('notes', {})
        return notes
          .filter(({ from, to }) => to >= this.#section.from && from <= this.#section.to)
          .map((note) => this.#back(note))
      }
      case 'addNote':
        return this.#back(await source.ask('addNote', this.#moved(query as Query<'addNote'>)))
      case 'search':
        return { matches: [], total: 0 }
      default:
        // It is this name's query; the compiler cannot follow a union through the call.
        return source.ask(name, query as never)
    }
  }

  #moved<Query extends TimeRange>(query: Query): Query {
    const from = this.#origin
    return { ...query, from: plus(query.from, from), to: plus(query.to, from) }
  }

  #back<Answer extends TimeRange>(answer: Answer): Answer {
    const from = this.#origin
    return { ...answer, from: minus(answer.from, from), to: minus(answer.to, from) }
  }

  #within(newest: Nanoseconds): Nanoseconds {
    return nanoseconds(Math.max(0, Math.min(newest, this.#section.to) - this.#origin))
  }

  #isInside({ from, to }: TimeRange): boolean {
    return to > this.#section.from && from < this.#section.to
  }

  #detail(detail: SpanDetail): SpanDetail {
    const { blame } = detail
    return { ...this.#back(detail), ...(blame && { blame: this.#blame(blame) }) }
  }

  #blame({ resource, holder, ender }: Blame): Blame {
    const moved = (lane: BlamedLane): BlamedLane => ({
      ...lane,
      time: minus(lane.time, this.#origin),
    })
    return {
      resource,
      ...(holder && { holder: moved(holder) }),
      ...(ender && { ender: moved(ender) }),
    }
  }
}

const plus = (time: Nanoseconds, by: number): Nanoseconds => nanoseconds(time + by)
const minus = (time: Nanoseconds, by: number): Nanoseconds => nanoseconds(time - by)
