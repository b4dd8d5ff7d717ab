/** A wait in the trace: begun at most once, ended once. */
import { locateBegun } from '../threading/places.ts'
import { runtime } from '../threading/runtime.ts'
import { EventKind, WaitOutcome, type Wait } from '../trace/model.ts'

export class WaitRecord {
  readonly #resource: number
  readonly #why: Wait
  readonly #timed: boolean
  #open = false
  #begun = false

  /** @param timed whether it ends by itself. */
  constructor(resource: number, why: Wait, timed: boolean) {
    this.#resource = resource
    this.#why = why
    this.#timed = timed
  }

  get wasBegun(): boolean {
    return this.#begun
  }

  /** @param holder ident of the thread that has what is waited for; 0: unknown, or nobody. */
  begin(holder = 0): void {
    if (this.#begun) return
    this.#begun = true
    this.#open = true
    const timed = this.#timed ? 1 : 0
    runtime.tracer?.record(EventKind.waitBegin, this.#resource, holder, this.#why, timed)
    locateBegun(this.#resource, this.#why)
  }

  /** @param by ident of the thread that made it end; 0: unknown. */
  end(outcome: WaitOutcome, by = 0): void {
    if (!this.#open) return
    this.#open = false
    runtime.tracer?.record(EventKind.waitEnd, this.#resource, outcome, by, 0)
  }

  /** In a `finally`: unless it was ended otherwise, it was interrupted. */
  close(): void {
    this.end(WaitOutcome.interrupted)
  }
}
