/** Those who wait for something in the runner, first in, first out. */
import { granted, type Caller } from '../calls/call-server.ts'

interface Waiter {
  readonly caller: Caller
  answer(answer: unknown): void
  fail(error: Error): void
}

export class Waiters {
  #waiting: Waiter[] = []

  get size(): number {
    return this.#waiting.length
  }

  /** @param onGone called when the caller gives up or dies before it was let through. */
  wait(caller: Caller, onGone: () => void = () => undefined): Promise<unknown> {
    return new Promise((answer, fail) => {
      const waiter = { caller, answer, fail }
      this.#waiting.push(waiter)
      caller.signal.addEventListener('abort', () => {
        const left = this.#waiting.filter((each) => each !== waiter)
        if (left.length === this.#waiting.length) return
        this.#waiting = left
        onGone()
      })
    })
  }

  /**
   * Lets the first one through.
   * @param undo called instead if it turns out to have given up.
   */
  grant(answer: unknown, undo: (caller: Caller) => void): Caller | undefined {
    const first = this.#waiting.shift()
    first?.answer(granted(answer, () => undo(first.caller)))
    return first?.caller
  }

  answerAll(answerOf: (position: number) => unknown): void {
    for (const [position, waiter] of this.#waiting.splice(0).entries())
      waiter.answer(answerOf(position))
  }

  failAll(error: () => Error): void {
    for (const waiter of this.#waiting.splice(0)) waiter.fail(error())
  }
}

/** Objects of a service by their resource id: made when they are mentioned first. */
export class Registry<Item> {
  readonly #items = new Map<number, Item>()

  obtain(id: number, make: () => Item): Item {
    const known = this.#items.get(id)
    if (known !== undefined) return known
    const made = make()
    this.#items.set(id, made)
    return made
  }

  values(): Iterable<Item> {
    return this.#items.values()
  }

  clear(): void {
    this.#items.clear()
  }
}
