/**
 * Asks at most one question at a time. While one is out, only the newest of those asked since is
 * kept, so that a slow answerer is never flooded and the screen never lags behind by a queue.
 */
import type { Disposable } from '../../main/core/disposables.ts'

export interface AskTimer {
  /** Milliseconds, monotonic. */
  now(): number
  after(milliseconds: number, callback: () => void): () => void
}

export const systemTimer: AskTimer = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds)
    return () => clearTimeout(handle)
  },
}

export interface NewestWinsOptions<Question, Answer> {
  readonly ask: (question: Question) => Promise<Answer>
  readonly onAnswer: (answer: Answer, question: Question) => void
  /** Same question as the last one: not asked again. */
  readonly isSame?: (left: Question, right: Question) => boolean
  /** Least time between the beginnings of two questions, in milliseconds. */
  readonly interval?: number
  readonly timer?: AskTimer
}

export class NewestWins<Question, Answer> implements Disposable {
  readonly #options: NewestWinsOptions<Question, Answer>
  readonly #timer: AskTimer
  #outstanding = false
  #next: Question | undefined
  /** `#next` is the last question once more, and is not asked before this time. */
  #repeatAt: number | undefined
  #last: Question | undefined
  #askedAt = -Infinity
  #cancelTimer: (() => void) | undefined
  #disposed = false

  constructor(options: NewestWinsOptions<Question, Answer>) {
    this.#options = options
    this.#timer = options.timer ?? systemTimer
  }

  want(question: Question): void {
    if (this.#disposed) return
    const last = this.#last
    if (last !== undefined && this.#options.isSame?.(last, question)) {
      if (this.#repeatAt === undefined) this.#next = undefined
      return
    }
    this.#next = question
    if (this.#repeatAt !== undefined) {
      this.#repeatAt = undefined
      this.#cancelTimer?.()
      this.#cancelTimer = undefined
    }
    this.#proceed()
  }

  /** Asks this once more, `delay` milliseconds from now, unless something else is wanted by then. */
  again(question: Question, delay: number): void {
    if (this.#disposed || this.#next !== undefined) return
    this.#next = question
    this.#repeatAt = this.#timer.now() + delay
    this.#proceed()
  }

  /** Forgets what was asked: the next question is asked even if it is the same. */
  forget(): void {
    this.#last = undefined
  }

  /** Lets go of what waits to be asked, and forgets what was. */
  drop(): void {
    this.#next = undefined
    this.#repeatAt = undefined
    this.#last = undefined
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  #proceed(): void {
    if (this.#disposed || this.#outstanding || this.#cancelTimer || this.#next === undefined) return
    const earliest = Math.max(
      this.#askedAt + (this.#options.interval ?? 0),
      this.#repeatAt ?? -Infinity,
    )
    const wait = earliest - this.#timer.now()
    if (wait > 0) {
      this.#cancelTimer = this.#timer.after(wait, () => {
        this.#cancelTimer = undefined
        this.#proceed()
      })
      return
    }
    const question = this.#next
    this.#next = undefined
    this.#repeatAt = undefined
    this.#last = question
    this.#outstanding = true
    this.#askedAt = this.#timer.now()
    this.#options.ask(question).then(
      (answer) => {
        this.#outstanding = false
        if (this.#disposed) return
        this.#options.onAnswer(answer, question)
        this.#proceed()
      },
      () => {
        // The run is gone or refused: what is on the screen stays, and the next question is tried.
        this.#outstanding = false
        if (this.#last === question) this.#last = undefined
        this.#proceed()
      },
    )
  }

  dispose(): void {
    this.#disposed = true
    this.drop()
  }
}
