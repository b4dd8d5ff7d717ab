/** What a program prints, as lines of text, as they come. */
import { cutUtf8, decodeUtf8 } from '../../trace/utf8.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
/** A longer line counts as several: it is not kept in memory until its end comes, if ever. */
const LONGEST_LINE_BYTES = 16_000

/** Splits one stream. What is not UTF-8 becomes U+FFFD. */
export class LineSplitter {
  readonly #deliver: (line: string, hasNewline: boolean) => void
  #rest: Uint8Array = new Uint8Array(0)

  /** @param deliver `hasNewline`: one followed; else the stream has ended, or the line goes on. */
  constructor(deliver: (line: string, hasNewline: boolean) => void) {
    this.#deliver = deliver
  }

  take(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, end))
      this.#end(true)
      from = end + 1
    }
    this.#add(chunk.subarray(from))
  }

  /** The stream has ended: what has no newline is a line as well. */
  flush(): void {
    if (this.#rest.length > 0) this.#end(false)
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    let all: Uint8Array = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    while (all.length > LONGEST_LINE_BYTES) {
      const whole = cutUtf8(all, LONGEST_LINE_BYTES)
      // Not UTF-8 at all: cut anywhere.
      const line = whole.length > 0 ? whole : all.subarray(0, LONGEST_LINE_BYTES)
      this.#deliver(decodeUtf8(line), false)
      all = all.subarray(line.length)
    }
    // A copy: a view would keep the whole chunk in memory.
    this.#rest = new Uint8Array(all)
  }

  /** What a terminal would show: a bar of progress goes back to the beginning of its line. */
  #end(hasNewline: boolean): void {
    const line = this.#rest.at(-1) === RETURN ? this.#rest.subarray(0, -1) : this.#rest
    this.#rest = new Uint8Array(0)
    this.#deliver(decodeUtf8(line.subarray(line.lastIndexOf(RETURN) + 1)), hasNewline)
  }
}
