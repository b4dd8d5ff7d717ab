/** Items of a JoinableQueue that were put and not yet done, counted across all processes. */
import type { ToBroker } from '../messages.ts'
import type { BrokerLink } from './broker.ts'

export type Question = Extract<ToBroker, { type: 'ask' }>

interface Asked {
  readonly link: BrokerLink
  readonly question: Question
}

export class UnfinishedItems {
  #arrived = 0
  #done = 0
  /** Totals that processes have said. */
  readonly #said = new Map<number, number>()
  #asked: Asked[] = []

  arrive(count: number): void {
    this.#arrived += count
  }

  /** @param total of the items this process took and is done with. */
  done(process: number, total: number): void {
    const more = total - (this.#said.get(process) ?? 0)
    this.#said.set(process, total)
    // Others may have been quicker with `task_done` than the one that took the item.
    this.#done = Math.min(this.#arrived, this.#done + Math.max(0, more))
  }

  ask(link: BrokerLink, question: Question): void {
    this.#asked.push({ link, question })
  }

  leave(process: number): void {
    this.#said.delete(process)
    this.#asked = this.#asked.filter(({ link }) => link.process !== process)
  }

  /**
   * @param putsOf items that have arrived from a process.
   * @param before called for a process before it is answered.
   */
  answer(putsOf: (process: number) => number, before: (process: number) => void): void {
    if (this.#asked.length === 0) return
    this.#asked = this.#asked.filter(({ link, question: { queue, ask, about, puts } }) => {
      if (((putsOf(link.process) - puts) | 0) < 0) return true
      const some = this.#done < this.#arrived
      if (about === 'join' && some) return true
      if (about === 'done' && some) this.#done++
      before(link.process)
      link.send({ type: 'answer', queue, ask, granted: about === 'join' || some })
      return false
    })
  }
}
