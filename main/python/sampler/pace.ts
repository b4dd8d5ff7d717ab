/** How often is sampled: often enough to see every switch, seldom enough to cost next to nothing. */

/** Nanoseconds between two samples of a process in which something happens. */
export const PERIOD = 1e6
/** Of one that is idle, or when there is too much to sample. */
export const SLOWEST = 20e6
/** Nothing has happened for so long: it is idle. */
const IDLE_AFTER = 50e6

/** One process: slower and slower while it is idle, back at once with the first change. */
export class BackOff {
  #period = PERIOD
  #activeAt: number

  constructor(now: number) {
    this.#activeAt = now
  }

  /** Nanoseconds until the next sample. */
  get period(): number {
    return this.#period
  }

  /** @param isActive a thread is runnable, or something has changed since the sample before */
  sampled(isActive: boolean, now: number): void {
    if (isActive) {
      this.#activeAt = now
      this.#period = PERIOD
    } else if (now - this.#activeAt >= IDLE_AFTER)
      this.#period = Math.min(this.#period * 2, SLOWEST)
  }
}

/** Share of one processor that sampling may take: beyond it fewer threads are looked at in a sample. */
export const LIMIT = 0.05
/** Beyond this the GIL itself is read less often: on a busy machine every sample costs more. */
export const HARD_LIMIT = 0.08
const MOST_THREADS = 4_096

/** All processes: keeps the sampler's own processor time within limits. */
export class Governor {
  #period = PERIOD
  #threads = MOST_THREADS

  /** Nanoseconds between two samples, at least. */
  get period(): number {
    return this.#period
  }

  /** So many threads are looked at in a sample, one after another in turn. */
  get threads(): number {
    return this.#threads
  }

  /**
   * @param share of one processor that sampling took since the last call
   * @param watched threads there are
   */
  adjust(share: number, watched: number): void {
    if (share > LIMIT) {
      const threads = Math.min(this.#threads, Math.max(watched, 1))
      this.#threads = Math.max(1, Math.floor(threads * Math.max(0.3, LIMIT / share)))
      if (threads === 1 && share > HARD_LIMIT) this.#period = Math.min(SLOWEST, this.#period * 1.25)
    } else if (share < LIMIT * 0.8) {
      if (this.#period > PERIOD) this.#period = Math.max(PERIOD, this.#period / 1.25)
      else this.#threads = Math.min(MOST_THREADS, Math.ceil(this.#threads * 1.25))
    }
  }
}
