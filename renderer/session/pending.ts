/**
 * Questions that wait for their answer. Answers may come in any order, late, or never: each
 * question is settled exactly once, by its answer, by a refusal, by its timeout or by the end.
 */
interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
  readonly timer: ReturnType<typeof setTimeout>
}

/** The run did not answer: `reason` says why, in a sentence. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
  readonly reason: 'timed out' | 'refused' | 'closed'

  constructor(reason: NoAnswer['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

export class PendingAnswers {
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #closed: string | undefined

  get size(): number {
    return this.#waiting.size
  }

  /**
   * @param send hands the question over; it is not called once closed
   * @param timeout milliseconds
   * @returns the answer; rejects with NoAnswer
   */
  ask(what: string, timeout: number, send: (id: number) => void): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(new NoAnswer('closed', this.#closed))
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new NoAnswer('timed out', `The run did not answer ${what} within ${timeout} ms.`))
      }, timeout)
      this.#waiting.set(id, { resolve, reject, timer })
      send(id)
    })
  }

  /** Answers nobody waits for any more are ignored. */
  answer(id: number, answer: unknown): void {
    this.#take(id)?.resolve(answer)
  }

  refuse(id: number, message: string): void {
    this.#take(id)?.reject(new NoAnswer('refused', message))
  }

  /** Rejects what waits, and everything asked from now on. */
  close(why: string): void {
    this.#closed ??= why
    for (const id of [...this.#waiting.keys()])
      this.#take(id)?.reject(new NoAnswer('closed', this.#closed))
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return undefined
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    return waiting
  }
}
