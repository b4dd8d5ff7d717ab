/** A ring as a source of records, its drops among them as an event: for the runner and for children. */
import { EventKind, packKind, RECORD_BYTES } from './model.ts'
import { RingReader } from './ring.ts'

const TWO_32 = 2 ** 32

export class RingSource {
  readonly #reader: RingReader
  #reported = 0
  #lastLow = 0
  #lastHigh = 0

  constructor(ring: SharedArrayBuffer) {
    this.#reader = new RingReader(ring)
  }

  /** Records that `drain` needs room for at the moment: one more than wait in the ring. */
  get needed(): number {
    return this.#reader.available + 1
  }

  /** Events dropped in all, as of the last drain. */
  get dropped(): number {
    return this.#reader.dropped
  }

  /**
   * Copies what the ring holds to the start of `into`, followed by a `dropped` event if any were
   * dropped since the last time.
   *
   * @param into at least `needed` records long.
   * @returns the number of records copied.
   */
  drain(into: Uint8Array): number {
    const count = this.#reader.drain(into.subarray(0, into.length - RECORD_BYTES))
    const words = new DataView(into.buffer, into.byteOffset, into.byteLength)
    this.#remember(words, count)
    const dropped = this.#reader.dropped - this.#reported
    if (dropped === 0) return count
    this.#reported = this.#reader.dropped
    // Nobody knows when they would have been: at the time of the last event that was kept.
    const at = count * RECORD_BYTES
    words.setUint32(at, this.#lastLow, true)
    words.setUint32(at + 4, this.#lastHigh, true)
    words.setUint32(at + 8, packKind(EventKind.dropped, 0), true)
    words.setUint32(at + 12, dropped % TWO_32, true)
    words.setUint32(at + 16, this.#reported % TWO_32, true)
    words.setUint32(at + 20, 0, true)
    return count + 1
  }

  /** A copy of what the ring holds, as a child sends it; undefined: nothing. */
  take(): Uint8Array | undefined {
    const into = new Uint8Array(this.needed * RECORD_BYTES)
    const count = this.drain(into)
    return count > 0 ? into.subarray(0, count * RECORD_BYTES) : undefined
  }

  #remember(words: DataView, count: number): void {
    for (let record = count - 1; record >= 0; record--) {
      const at = record * RECORD_BYTES
      if (words.getUint32(at + 8, true) >>> 24 === EventKind.text) continue
      this.#lastLow = words.getUint32(at, true)
      this.#lastHigh = words.getUint32(at + 4, true)
      return
    }
  }
}
