/**
 * The spans of one row, append-only and without gaps, with the cumulative time by category at
 * every 64th span. The time spent in each category over any range is then the difference of two
 * look-ups, exact at every zoom, and costs the same for a hundred spans as for a hundred million.
 *
 * Memory: 8 bytes start, 4 bytes info, 1.6 bytes of sums a span, and 4 bytes more in lanes (who
 * held what was waited for, and who ended the wait). Full pages never change again.
 */
import { LaneState, MAX_RESOURCE } from './model.ts'

/** What time is summed by. The first eight are LaneState; the others tell waits apart. */
export const Category = {
  none: 0,
  running: 1,
  waitingLock: 2,
  holding: 3,
  waitingPut: 4,
  processor: 5,
  sleeping: 6,
  idle: 7,
  waitingGil: 8,
  waitingGet: 9,
  waitingEvent: 10,
} as const
export type Category = (typeof Category)[keyof typeof Category]
const CATEGORIES = 11
/** A row of sums: nanoseconds by category, then how many spans of contention began. */
const WAITS = CATEGORIES
export const SUMS = CATEGORIES + 1

const STATE_OF_CATEGORY: readonly LaneState[] = [
  ...([0, 1, 2, 3, 4, 5, 6, 7] as const),
  LaneState.waiting,
  LaneState.queue,
  LaneState.idle,
]
export const stateOf = (category: number): LaneState => STATE_OF_CATEGORY[category] ?? 0

/** For a lock, the GIL or a queue: what a search for contention finds in a lane. */
export const isWait = (category: number): boolean =>
  category === Category.waitingLock ||
  category === Category.waitingGil ||
  category === Category.waitingPut ||
  category === Category.waitingGet

/** Info word of a span: detail in the low 24 bits, category in 4, ending in 4. */
const infoOf = (category: number, detail: number): number =>
  ((category << 24) | (detail & MAX_RESOURCE)) >>> 0
export const categoryOf = (info: number): number => (info >>> 24) & 15
export const detailOf = (info: number): number => info & MAX_RESOURCE
/** How a wait ended: 0 not yet or not known, else 1 + WaitOutcome; 8: the GIL was asked for. */
const endingOf = (info: number): number => info >>> 28
export const DROP_REQUESTED = 8

const BLOCK = 64
const PAGE_BITS = 12
const PAGE = 2 ** PAGE_BITS
const FIRST_PAGE = BLOCK

interface Page {
  starts: Float64Array
  infos: Uint32Array
  holders: Uint16Array
  enders: Uint16Array
  /** By block: where it starts, apart from `starts` so that a search touches little memory. */
  blocks: Float64Array
  sums: Float64Array
}

const pageOf = (spans: number, blame: boolean): Page => ({
  starts: new Float64Array(spans),
  infos: new Uint32Array(spans),
  holders: new Uint16Array(blame ? spans : 0),
  enders: new Uint16Array(blame ? spans : 0),
  blocks: new Float64Array(spans / BLOCK),
  sums: new Float64Array((spans / BLOCK) * SUMS),
})

/** Small rows stay small: the first page grows by doubling. */
function grown(page: Page, blame: boolean): Page {
  const larger = pageOf(page.starts.length * 2, blame)
  larger.starts.set(page.starts)
  larger.infos.set(page.infos)
  larger.holders.set(page.holders)
  larger.enders.set(page.enders)
  larger.blocks.set(page.blocks)
  larger.sums.set(page.sums)
  return larger
}

export interface Span {
  readonly index: number
  readonly start: number
  /** Undefined: it still lasts. */
  readonly end: number | undefined
  readonly category: number
  readonly detail: number
  /** Track ids; 0: nobody or not known. */
  readonly holder: number
  readonly ender: number
  readonly ending: number
}

export class SpanTrack {
  readonly #blame: boolean
  readonly #pages: Page[] = []
  /** Up to the start of the last span. */
  readonly #totals = new Float64Array(SUMS)
  /** Categories that occur at all: two or three of them in most rows. */
  readonly #categories: number[] = []
  /** The same as bits. */
  #seen = 0
  #count = 0
  #lastStart = 0
  #lastInfo = 0

  /** @param blame keep who held and who ended. */
  constructor(blame: boolean) {
    this.#blame = blame
  }

  get count(): number {
    return this.#count
  }

  get categories(): readonly number[] {
    return this.#categories
  }

  get lastCategory(): number {
    return this.#count === 0 ? Category.none : categoryOf(this.#lastInfo)
  }

  /**
   * The row is in this category from `time` on (never before the last span's start). Nothing
   * happens when it is already, except that a wait always begins a span of its own.
   */
  append(time: number, category: Category, detail: number, holder = 0): void {
    const info = infoOf(category, detail)
    if ((this.#seen & (1 << category)) === 0) {
      this.#seen |= 1 << category
      this.#categories.push(category)
    }
    const last = this.lastCategory
    if (!isWait(category)) {
      if (this.#count > 0 && this.#lastInfo << 4 === info << 4) return
      if (time === this.#lastStart && this.#count > 0 && !isWait(last)) {
        this.#replaceLast(info)
        return
      }
    }
    if (this.#count > 0) this.#totals[last] = (this.#totals[last] ?? 0) + (time - this.#lastStart)
    const page = this.#pageForNext()
    const at = this.#count & (PAGE - 1)
    if (at % BLOCK === 0) {
      page.blocks[at / BLOCK] = time
      page.sums.set(this.#totals, (at / BLOCK) * SUMS)
    }
    page.starts[at] = time
    page.infos[at] = info
    if (this.#blame) page.holders[at] = holder
    if (this.#isContention(category)) this.#totals[WAITS] = (this.#totals[WAITS] ?? 0) + 1
    this.#lastStart = time
    this.#lastInfo = info
    this.#count++
  }

  /** Says how the last span, a wait, ended. */
  endWait(ender: number, ending: number): void {
    if (this.#count === 0) return
    const index = this.#count - 1
    const page = this.#page(index)
    this.#lastInfo = ((ending << 28) | (this.#lastInfo & 0x0fff_ffff)) >>> 0
    page.infos[index & (PAGE - 1)] = this.#lastInfo
    if (this.#blame) page.enders[index & (PAGE - 1)] = ender
  }

  /** Index of the span that `time` falls in; -1 before the first. */
  find(time: number): number {
    if (this.#count === 0 || time < this.startOf(0)) return -1
    let index = this.blockOf(time) * BLOCK
    while (index + 1 < this.#count && this.startOf(index + 1) <= time) index++
    return index
  }

  startOf(index: number): number {
    return this.#page(index).starts[index & (PAGE - 1)] ?? 0
  }

  infoAt(index: number): number {
    return this.#page(index).infos[index & (PAGE - 1)] ?? 0
  }

  at(index: number): Span {
    const page = this.#page(index)
    const at = index & (PAGE - 1)
    const info = page.infos[at] ?? 0
    return {
      index,
      start: page.starts[at] ?? 0,
      end: index + 1 < this.#count ? this.startOf(index + 1) : undefined,
      category: categoryOf(info),
      detail: detailOf(info),
      holder: page.holders[at] ?? 0,
      ender: page.enders[at] ?? 0,
      ending: endingOf(info),
    }
  }

  /** Nanoseconds by category from the row's beginning to `time` (SUMS long). */
  sumsAt(time: number, into = new Float64Array(SUMS)): Float64Array {
    new SpanCursor(this).seek(time, into)
    return into
  }

  /** The nearest span after (before) the one at `index` that is contention, or -1. */
  contention(index: number, direction: 'next' | 'previous'): number {
    const step = direction === 'next' ? 1 : -1
    let at = index + step
    while (at >= 0 && at < this.#count) {
      if (this.#isContention(categoryOf(this.infoAt(at)))) return at
      const edge = direction === 'next' ? at % BLOCK === 0 : at % BLOCK === BLOCK - 1
      // A block in which no wait began is passed over in one step.
      if (edge && this.#waitsInBlock(Math.floor(at / BLOCK)) === 0) at += step * BLOCK
      else at += step
    }
    return -1
  }

  /** In a lane a wait; in a lock's row that others wait. */
  #isContention(category: number): boolean {
    return this.#blame ? isWait(category) : category === Category.holding
  }

  /**
   * @internal For SpanCursor: the last block that begins at or before `time`, 0 if none does.
   * @param from a block known not to be beyond it: cheap when it is near.
   */
  blockOf(time: number, from = 0): number {
    const end = Math.ceil(this.#count / BLOCK)
    let low = from
    let stride = 1
    while (low + stride < end && this.blockStart(low + stride) <= time) {
      low += stride
      stride *= 2
    }
    let high = Math.min(end - 1, low + stride)
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.blockStart(middle) <= time) low = middle
      else high = middle - 1
    }
    return low
  }

  /** @internal For SpanCursor. */
  blockStart(block: number): number {
    return this.#page(block * BLOCK).blocks[block & (PAGE / BLOCK - 1)] ?? 0
  }

  /** @internal For SpanCursor. */
  pageOf(block: number): Page {
    return this.#page(block * BLOCK)
  }

  #waitsInBlock(block: number): number {
    const begin = this.#waitsAt(block)
    const end =
      (block + 1) * BLOCK < this.#count ? this.#waitsAt(block + 1) : (this.#totals[WAITS] ?? 0)
    return end - begin
  }

  #waitsAt(block: number): number {
    const sums = this.#page(block * BLOCK).sums
    return sums[(block & (PAGE / BLOCK - 1)) * SUMS + WAITS] ?? 0
  }

  #replaceLast(info: number): void {
    const waits =
      Number(this.#isContention(categoryOf(info))) - Number(this.#isContention(this.lastCategory))
    this.#totals[WAITS] = (this.#totals[WAITS] ?? 0) + waits
    this.#lastInfo = info
    this.#page(this.#count - 1).infos[(this.#count - 1) & (PAGE - 1)] = info
  }

  #page(index: number): Page {
    const page = this.#pages[index >>> PAGE_BITS]
    if (!page) throw new RangeError(`no span ${index} of ${this.#count}`)
    return page
  }

  #pageForNext(): Page {
    const number = this.#count >>> PAGE_BITS
    const page = this.#pages[number]
    if (page && (this.#count & (PAGE - 1)) < page.starts.length) return page
    const next = page ? grown(page, this.#blame) : pageOf(number ? PAGE : FIRST_PAGE, this.#blame)
    this.#pages[number] = next
    return next
  }
}

/** Sums at one time after the other: cheap when the times ascend. */
export class SpanCursor {
  readonly #track: SpanTrack
  readonly #sums = new Float64Array(SUMS)
  #page: Page | undefined
  #block = 0
  /** Where the block after it begins. */
  #blockEnds = 0
  /** Index within the page of the span that the sums go up to. */
  #at = 0

  constructor(track: SpanTrack) {
    this.#track = track
  }

  /**
   * Writes the sums at `time`, of the row's categories only, and returns the number of spans that
   * began at or before it.
   */
  seek(time: number, into: Float64Array): number {
    const { count, categories } = this.#track
    if (count === 0 || time < this.#track.startOf(0)) {
      into.fill(0)
      return 0
    }
    const page = this.#pageAt(time)
    const { starts, infos } = page
    const sums = this.#sums
    const first = (this.#block * BLOCK) & -PAGE
    const end = Math.min(this.#block * BLOCK + BLOCK, count) - first
    let at = this.#at
    let start = starts[at] ?? 0
    for (let next = at + 1; next < end; next++) {
      const begun = starts[next] ?? 0
      if (begun > time) break
      const category = categoryOf(infos[at] ?? 0)
      sums[category] = (sums[category] ?? 0) + (begun - start)
      start = begun
      at = next
    }
    this.#at = at
    for (const category of categories) into[category] = sums[category] ?? 0
    const category = categoryOf(infos[at] ?? 0)
    into[category] = (into[category] ?? 0) + (time - start)
    return first + at + 1
  }

  /** The page of the block that `time` falls in, the sums being those of its start or later. */
  #pageAt(time: number): Page {
    const track = this.#track
    const page = this.#page
    const behind = page ? time < (page.starts[this.#at] ?? 0) : true
    if (page && !behind && time < this.#blockEnds) return page
    const block = track.blockOf(time, behind ? 0 : this.#block)
    const next = (block + 1) * BLOCK
    const found = track.pageOf(block)
    this.#block = block
    this.#blockEnds = next < track.count ? track.blockStart(block + 1) : Infinity
    this.#page = found
    const first = (block * BLOCK) & (PAGE - 1)
    if (next < track.count && time >= (found.starts[first + BLOCK / 2] ?? 0))
      this.#comeFromBehind(time, first)
    else {
      this.#load(found, block)
      this.#at = first
    }
    return found
  }

  /** To a time in the second half of the block: it is nearer to the sums of the block after it. */
  #comeFromBehind(time: number, first: number): void {
    const next = this.#block + 1
    this.#load(this.#track.pageOf(next), next)
    const { starts, infos } = this.#track.pageOf(this.#block)
    const sums = this.#sums
    let at = first + BLOCK
    let end = this.#blockEnds
    while (end > time) {
      const start = starts[--at] ?? 0
      const category = categoryOf(infos[at] ?? 0)
      sums[category] = (sums[category] ?? 0) - (end - start)
      end = start
    }
    this.#at = at
  }

  /** Sets the sums to those at the block's first span. */
  #load({ sums }: Page, block: number): void {
    const row = (block & (PAGE / BLOCK - 1)) * SUMS
    for (const category of this.#track.categories) this.#sums[category] = sums[row + category] ?? 0
  }
}
