/** A run whose answers a test gives: unanswered until it says so, or at once by a table. */
import type { Answer, Query, QueryName } from '../../../main/run/contract.ts'
import type { TraceSource } from '../../../renderer/timeline/trace-source.ts'

type Answers = { [Name in QueryName]?: (query: Query<Name>) => Answer<Name> }

export interface Asked {
  readonly name: QueryName
  readonly query: unknown
}

/** Answers what the table has, in a later microtask; refuses the rest. */
export class FakeSource implements TraceSource {
  readonly asked: Asked[] = []
  readonly #answers: Answers

  constructor(answers: Answers) {
    this.#answers = answers
  }

  async ask<Name extends QueryName>(name: Name, query: Query<Name>): Promise<Answer<Name>> {
    this.asked.push({ name, query })
    await Promise.resolve()
    const answer = this.#answers[name]
    if (!answer) throw new Error(`${name} is refused`)
    return answer(query)
  }

  count(name: QueryName): number {
    return this.asked.filter((each) => each.name === name).length
  }
}

/** Lets answers arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
