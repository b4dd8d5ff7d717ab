import { disposable, type Disposable } from './disposables.ts'

/** A typed list of listeners for one kind of event. */
export class Emitter<Event> implements Disposable {
  #listeners = new Set<(event: Event) => void>()

  on(listener: (event: Event) => void): Disposable {
    this.#listeners.add(listener)
    return disposable(() => this.#listeners.delete(listener))
  }

  emit(event: Event): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  dispose(): void {
    this.#listeners.clear()
  }
}
