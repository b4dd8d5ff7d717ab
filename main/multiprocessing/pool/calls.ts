/** The jobs behind apply and map. */
import type { Settlement } from './async-result.ts'
import type { Draft, Job, Outcome, PoolFunction } from './job.ts'
import { Mode } from './messages.ts'

/** One call. */
export class ApplyJob implements Job {
  readonly function: PoolFunction
  readonly #settlement: Settlement<unknown>
  #args: readonly unknown[] | undefined

  constructor(called: PoolFunction, args: readonly unknown[], settlement: Settlement<unknown>) {
    this.function = called
    this.#args = args
    this.#settlement = settlement
  }

  get isOver(): boolean {
    return this.#settlement.isSettled
  }

  draft(): Draft | undefined {
    const args = this.#args
    this.#args = undefined
    return args && { index: 0, mode: Mode.apply, values: [args] }
  }

  accept(_: number, outcome: Outcome): void {
    if (outcome.ok) this.#settlement.succeed(outcome.values[0])
    else this.#settlement.fail(outcome.error)
  }

  abandon(error: Error): void {
    this.#settlement.abandon(error)
  }
}

/** A call for each value, in chunks; the results in the order of the values. */
export class MapJob implements Job {
  readonly function: PoolFunction
  readonly #mode: Mode
  readonly #values: readonly unknown[]
  readonly #chunksize: number
  readonly #settlement: Settlement<unknown[]>
  readonly #results: unknown[]
  #drafted = 0
  #left: number
  #error: { readonly error: unknown } | undefined

  /** @param chunksize 0: there are no values. */
  constructor(
    called: PoolFunction,
    mode: Mode,
    values: readonly unknown[],
    chunksize: number,
    settlement: Settlement<unknown[]>,
  ) {
    this.function = called
    this.#mode = mode
    this.#values = values
    this.#chunksize = chunksize
    this.#settlement = settlement
    this.#results = new Array<unknown>(values.length)
    this.#left = chunksize === 0 ? 0 : Math.ceil(values.length / chunksize)
  }

  get isOver(): boolean {
    return this.#settlement.isSettled
  }

  draft(): Draft | undefined {
    const index = this.#drafted
    const from = index * this.#chunksize
    if (from >= this.#values.length) return undefined
    this.#drafted++
    const values = this.#values.slice(from, from + this.#chunksize)
    return { index, mode: this.#mode, values }
  }

  /** As in CPython: of several errors the first to come counts, and it is over when all have come. */
  accept(index: number, outcome: Outcome): void {
    if (!outcome.ok) this.#error ??= outcome
    else if (this.#error === undefined) {
      const from = index * this.#chunksize
      const { values } = outcome
      for (let at = 0; at < values.length; at++) this.#results[from + at] = values[at]
    }
    if (--this.#left > 0) return
    if (this.#error === undefined) this.#settlement.succeed(this.#results)
    else this.#settlement.fail(this.#error.error)
  }

  abandon(error: Error): void {
    this.#settlement.abandon(error)
  }
}
