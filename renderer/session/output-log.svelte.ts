import type { OutputAnswer, OutputLine } from '../../main/run/contract.ts'

/** Lines kept in the window; the recording keeps them all. */
export const MAX_LINES = 20_000

/** What a run printed, as far as this window has fetched it. Oldest lines go first. */
export class OutputLog {
  /** Not reactive line by line: `version` changes with every batch. */
  #lines: OutputLine[] = []
  #version = $state(0)
  #total = $state(0)
  #dropped = 0
  readonly #limit: number

  constructor(limit: number = MAX_LINES) {
    this.#limit = limit
  }

  get lines(): readonly OutputLine[] {
    void this.#version
    return this.#lines
  }

  /** Lines that the run has printed so far. */
  get total(): number {
    return this.#total
  }

  /** Lines before the first of `lines`. */
  get dropped(): number {
    void this.#version
    return this.#dropped
  }

  /** The `after` of the next query. */
  get fetched(): number {
    return this.#dropped + this.#lines.length
  }

  /** Takes the answer to a query from `after` on, once. True: there is more to fetch. */
  take(answer: OutputAnswer, after: number): boolean {
    this.#total = answer.total
    if (after !== this.fetched) return false
    if (answer.lines.length > 0) {
      this.#lines.push(...answer.lines)
      const excess = this.#lines.length - this.#limit
      if (excess > 0) {
        this.#lines = this.#lines.slice(excess)
        this.#dropped += excess
      }
      this.#version += 1
    }
    return answer.lines.length > 0 && this.fetched < answer.total
  }
}
