/** Whoever opens, disposes. Disposal is idempotent and never throws for a second call. */
export interface Disposable {
  dispose(): void
}

export const disposable = (dispose: () => void): Disposable => {
  let done = false
  return {
    dispose() {
      if (done) return
      done = true
      dispose()
    },
  }
}

/** Disposes what was added in reverse order; what is added after disposal is disposed at once. */
export class Disposables implements Disposable {
  #items: Disposable[] = []
  #disposed = false

  get isDisposed(): boolean {
    return this.#disposed
  }

  add<Item extends Disposable>(item: Item): Item {
    if (this.#disposed) item.dispose()
    else this.#items.push(item)
    return item
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    const items = this.#items.reverse()
    this.#items = []
    for (const item of items) item.dispose()
  }
}
