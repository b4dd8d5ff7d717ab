import type { AskTimer } from '../../../renderer/timeline/newest-wins.ts'

/** Time that passes only when told to. */
export class ManualTimer implements AskTimer {
  time = 0
  #waiting: { at: number; callback: () => void }[] = []
  now(): number {
    return this.time
  }
  after(milliseconds: number, callback: () => void): () => void {
    const entry = { at: this.time + milliseconds, callback }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry)
    }
  }
  get pending(): number {
    return this.#waiting.length
  }
  pass(milliseconds: number): void {
    this.time += milliseconds
    const due = this.#waiting.filter((entry) => entry.at <= this.time)
    this.#waiting = this.#waiting.filter((entry) => entry.at > this.time)
    for (const { callback } of due) callback()
  }
}
