/**
 * What threads print arrives by one port a thread, so a line can overtake another that was printed
 * before it: by a thread that has been joined, say. Lines are therefore held back until every port
 * has been read that had something when they arrived, and then go out in the order of their times.
 */
import type { OutputStream } from '../trace/model.ts'

interface Line {
  /** CLOCK_MONOTONIC in nanoseconds, when it was printed. */
  readonly at: bigint
  readonly stream: OutputStream
  readonly text: string
}

export class OutputOrder {
  readonly #deliver: (stream: OutputStream, text: string) => void
  readonly #held: Line[] = []

  constructor(deliver: (stream: OutputStream, text: string) => void) {
    this.#deliver = deliver
  }

  /** The lines of one thread come in the order of their times. */
  add(line: Line): void {
    this.#held.push(line)
    if (this.#held.length > 1) return
    // The event loop reads its ports in turns. One that got its message while a turn was under way
    // may have to wait for the next: two turns see everything that was printed before this line.
    setImmediate(() => setImmediate(() => this.flush()))
  }

  /** Delivers what is held back: nothing earlier is expected. */
  flush(): void {
    const lines = this.#held.splice(0)
    lines.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    for (const { stream, text } of lines) this.#deliver(stream, text)
  }
}
