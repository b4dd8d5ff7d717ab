/** Those who wait on an event loop for what the pool takes in. */
import { NEVER, type Deadline } from '../../threading/futex.ts'
import { runtime } from '../../threading/runtime.ts'

export class Watchers {
  readonly #all = new Set<(error?: Error) => void>()

  /** Resolves once the condition holds; with false when the deadline passes first. */
  watch(done: () => boolean, deadline: Deadline): Promise<boolean> {
    return new Promise<boolean>((resolve, reject) => {
      const left = (deadline - Number(runtime.now())) / 1e6
      const timer = deadline === NEVER ? undefined : setTimeout(() => end(), Math.max(0, left))
      const end = (error?: Error): void => {
        clearTimeout(timer)
        this.#all.delete(watcher)
        if (error === undefined) resolve(done())
        else reject(error)
      }
      const watcher = (error?: Error): void => {
        if (error !== undefined || done()) end(error)
      }
      this.#all.add(watcher)
    })
  }

  /** Something has changed. @param error what makes all waiting pointless. */
  notify(error?: Error): void {
    for (const watcher of [...this.#all]) watcher(error)
  }
}
