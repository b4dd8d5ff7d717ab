/** Recordings that are open only to be compared with what is held: each is read by a process of its own. */
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { MOST_GUESTS, type RunInfo } from './contract.ts'
import type { HeldRun } from './held-run.ts'

export class Guests {
  /** Opens the recording at this path. */
  readonly #open: (path: string) => Promise<Result<HeldRun, Refusal>>
  #held: readonly { readonly path: string; readonly run: HeldRun }[] = []
  #isDisposed = false

  constructor(open: (path: string) => Promise<Result<HeldRun, Refusal>>) {
    this.#open = open
  }

  /** In the order they were opened, also those whose process is gone. */
  get list(): readonly RunInfo[] {
    return this.#held.map(({ run }) => run.info)
  }

  /** The files that are open. */
  get paths(): readonly string[] {
    return this.#held.map(({ path }) => path)
  }

  find(id: string): HeldRun | undefined {
    return this.#held.find(({ run }) => run.id === id)?.run
  }

  /** Undefined where it is not open, or cannot be asked any more. */
  at(path: string): HeldRun | undefined {
    return this.#held.find(({ path: each, run }) => each === path && run.isAlive)?.run
  }

  /** One at a time: the service sees to it. One that is open already is not opened again. */
  async add(path: string): Promise<Result<RunInfo, Refusal>> {
    const there = this.at(path)
    if (there !== undefined) return success(there.info)
    // Of those that are gone nothing but their last words is left.
    this.#held = this.#held.filter(({ run }) => run.isAlive)
    if (this.#held.length >= MOST_GUESTS)
      return failure(
        refusal(
          'environment',
          `${MOST_GUESTS} recordings are open to be compared, and no more can be.`,
          'Take one out of the comparison first.',
        ),
      )
    const opened = await this.#open(path)
    if (!opened.ok) return opened
    if (this.#isDisposed) await opened.value.dispose()
    this.#held = [...this.#held, { path, run: opened.value }]
    return success(opened.value.info)
  }

  /** Resolves when its process is gone; at once for one that is not here. */
  async close(id: string): Promise<void> {
    const run = this.find(id)
    this.#held = this.#held.filter((each) => each.run !== run)
    await run?.dispose()
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true
    const left = this.#held
    this.#held = []
    await Promise.all(left.map(({ run }) => run.dispose()))
  }
}
