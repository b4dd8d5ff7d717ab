/** One animation frame at a time, and only when something changed: idle draws nothing. */
import type { Disposable } from '../../main/core/disposables.ts'

export interface FrameClock {
  request(callback: () => void): number
  cancel(handle: number): void
}

export const screenClock: FrameClock = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
}

export class FrameScheduler implements Disposable {
  readonly #draw: () => void
  readonly #clock: FrameClock
  #handle: number | undefined
  #disposed = false

  constructor(draw: () => void, clock: FrameClock = screenClock) {
    this.#draw = draw
    this.#clock = clock
  }

  /** Draws with the next frame; any number of calls before it make one drawing. */
  invalidate(): void {
    if (this.#disposed || this.#handle !== undefined) return
    this.#handle = this.#clock.request(() => {
      this.#handle = undefined
      this.#draw()
    })
  }

  dispose(): void {
    this.#disposed = true
    if (this.#handle !== undefined) this.#clock.cancel(this.#handle)
    this.#handle = undefined
  }
}
