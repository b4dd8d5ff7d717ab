/** Asks the run that is shown; answers that come after another one is shown are dropped. */
import { failure, success, type Result } from '../../main/core/result.ts'
import type { Answer, Query, QueryName } from '../../main/run/contract.ts'
import type { TraceSource } from './trace-source.ts'

export class Asking {
  #source: TraceSource | undefined

  attach(source: TraceSource | undefined): void {
    this.#source = source
  }

  /** Undefined when the run is gone or refuses, and when another one is shown by then. */
  async ask<Name extends QueryName>(
    name: Name,
    query: Query<Name>,
  ): Promise<Answer<Name> | undefined> {
    const answer = await this.order(name, query)
    return answer?.ok ? answer.value : undefined
  }

  /** The same for what a person asked for: says why it was refused. */
  async order<Name extends QueryName>(
    name: Name,
    query: Query<Name>,
  ): Promise<Result<Answer<Name>, string> | undefined> {
    const source = this.#source
    if (source === undefined) return undefined
    const answer = await source.ask(name, query).then(
      (value): Result<Answer<Name>, string> => success(value),
      (error: unknown) => failure(error instanceof Error ? error.message : String(error)),
    )
    return this.#source === source ? answer : undefined
  }
}
