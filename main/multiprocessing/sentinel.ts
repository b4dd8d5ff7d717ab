/** Process.sentinel: becomes ready when the process has ended. */
import { NEVER, type Deadline } from '../threading/futex.ts'
import { runAsync, type Steps } from '../threading/steps.ts'
import { PHASE, ProcessPhase, type ProcessLife } from './process-life.ts'

/**
 * A file descriptor in CPython. Here a promise of the exit code (`await p.sentinel`) on a thread
 * that runs an event loop, and a word in shared memory on one that may block.
 */
export class Sentinel implements PromiseLike<number> {
  readonly #life: ProcessLife

  constructor(life: ProcessLife) {
    this.#life = life
  }

  /** The process has ended. */
  get isReady(): boolean {
    return this.#life.phase === ProcessPhase.ended
  }

  /** The word that changes, and is notified, when the process ends. */
  get word(): { readonly words: Int32Array; readonly index: number } {
    return { words: this.#life.words, index: PHASE }
  }

  /** Until it is ready; false: the deadline passed first. */
  awaitReady(deadline: Deadline): Steps<boolean> {
    return this.#life.awaitEnd(deadline)
  }

  then<Result = number, Failure = never>(
    onReady?: ((exitcode: number) => Result | PromiseLike<Result>) | null,
    onFailure?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    const ended = runAsync(this.#life.awaitEnd(NEVER)).then(() => this.#life.exitcode ?? 0)
    return ended.then(onReady, onFailure)
  }
}
