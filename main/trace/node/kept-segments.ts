/** Segments in memory: until they are in the file, and the newest of those that never will be. */

/** Of segments that cannot be written any more: bodies, and heads when there are no bodies left. */
const MAX_STRANDED_BYTES = 2 ** 26

interface Kept {
  readonly head: Uint8Array
  body: Uint8Array | undefined
}

export class KeptSegments {
  readonly #limit: number
  readonly #kept = new Map<number, Kept>()
  #bodyBytes = 0
  #headBytes = 0
  #stranded = false

  constructor(limit = MAX_STRANDED_BYTES) {
    this.#limit = limit
  }

  add(segment: number, head: Uint8Array, body: Uint8Array): void {
    this.#kept.set(segment, { head, body })
    this.#headBytes += head.length
    this.#bodyBytes += body.length
    if (this.#stranded) this.#shrink()
  }

  head(segment: number): Uint8Array | undefined {
    return this.#kept.get(segment)?.head
  }

  body(segment: number): Uint8Array | undefined {
    return this.#kept.get(segment)?.body
  }

  /** It is in the file. */
  release(segment: number): void {
    const kept = this.#kept.get(segment)
    if (!kept) return
    this.#headBytes -= kept.head.length
    this.#bodyBytes -= kept.body?.length ?? 0
    this.#kept.delete(segment)
  }

  /** Nothing more is written: from now on there is a bound. */
  strand(): void {
    this.#stranded = true
    this.#shrink()
  }

  #shrink(): void {
    if (this.#bodyBytes > this.#limit) this.#shrinkBodies()
    if (this.#headBytes > this.#limit)
      for (const segment of this.#kept.keys()) {
        this.release(segment)
        if (this.#headBytes <= this.#limit / 2) return
      }
  }

  /** To half of it at once, so that most additions need not look for the oldest. */
  #shrinkBodies(): void {
    for (const kept of this.#kept.values()) {
      if (this.#bodyBytes <= this.#limit / 2) return
      this.#bodyBytes -= kept.body?.length ?? 0
      kept.body = undefined
    }
  }
}
