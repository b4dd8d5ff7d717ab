/** The full segments of one row: put into the session's archive, decoded as far as they are looked at. */
import type { Archive, Budget, Decoded } from './archive.ts'
import { SEGMENT, SegmentNumbers, segmentsOf } from './levels.ts'

/** What a row's segments are made of, as bytes and in memory. */
export interface SegmentCodec<Body extends Decoded, Head extends Decoded> {
  readonly Body: abstract new (...fields: never[]) => Body
  readonly Head: abstract new (...fields: never[]) => Head
  readonly encodeBody: (segment: Body) => Uint8Array
  readonly encodeHead: (segment: Body) => Uint8Array
  /** @returns undefined: these are no such bytes. */
  readonly decodeBody: (bytes: Uint8Array, count: number) => Body | undefined
  readonly decodeHead: (bytes: Uint8Array, count: number) => Head | undefined
}

export class RowSegments<Body extends Decoded & { readonly count: number }, Head extends Decoded> {
  readonly #archive: Archive
  readonly #codec: SegmentCodec<Body, Head>
  readonly #numbers: SegmentNumbers
  #stream = -1

  constructor(
    archive: Archive,
    codec: SegmentCodec<Body, Head>,
    numbers: SegmentNumbers = new SegmentNumbers(),
  ) {
    this.#archive = archive
    this.#codec = codec
    this.#numbers = numbers
  }

  /**
   * Those of a row that was closed.
   * @param count entries of the row.
   * @throws ShapeError
   */
  static load<Body extends Decoded & { readonly count: number }, Head extends Decoded>(
    archive: Archive,
    codec: SegmentCodec<Body, Head>,
    saved: Uint32Array,
    count: number,
  ): RowSegments<Body, Head> {
    return new RowSegments(archive, codec, SegmentNumbers.load(saved, segmentsOf(count)))
  }

  save(): Uint32Array {
    return this.#numbers.save()
  }

  /** @param times of its entries. */
  put(segment: Body, times: Float64Array): void {
    if (this.#stream < 0) this.#stream = this.#archive.newStream()
    const number = this.#archive.put({
      stream: this.#stream,
      count: segment.count,
      first: times[0] ?? 0,
      last: times[segment.count - 1] ?? 0,
      head: this.#codec.encodeHead(segment),
      body: this.#codec.encodeBody(segment),
    })
    this.#numbers.push(number)
  }

  /**
   * @param count entries of the row.
   * @returns undefined: there is none, or it cannot be read, or not within the budget.
   */
  body(number: number, count: number, budget?: Budget): Body | undefined {
    if (number >= this.#numbers.count) return undefined
    return this.#archive.body(
      this.#numbers.at(number),
      this.#codec.Body,
      (bytes) => this.#codec.decodeBody(bytes, entriesOf(number, count)),
      budget,
    )
  }

  /** As `body`. */
  head(number: number, count: number, budget?: Budget): Head | undefined {
    if (number >= this.#numbers.count) return undefined
    return this.#archive.head(
      this.#numbers.at(number),
      this.#codec.Head,
      (bytes) => this.#codec.decodeHead(bytes, entriesOf(number, count)),
      budget,
    )
  }
}

/** All segments but the last one are full. */
const entriesOf = (number: number, count: number): number =>
  Math.min(SEGMENT, count - number * SEGMENT)

/**
 * Visits the entries from index `first` to `last`, decoding each segment once; those of a segment
 * that cannot be read are left out.
 *
 * @param visit is given the segment and the entry's place in it; false: no more.
 */
export function visitSegments<Segment>(
  first: number,
  last: number,
  segmentOf: (index: number) => Segment | undefined,
  visit: (segment: Segment, at: number, index: number) => unknown,
): void {
  let index = first
  while (index <= last) {
    const segment = segmentOf(index)
    const stop = Math.min(last, index - (index % SEGMENT) + SEGMENT - 1)
    for (; segment && index <= stop; index++)
      if (visit(segment, index % SEGMENT, index) === false) return
    index = stop + 1
  }
}
