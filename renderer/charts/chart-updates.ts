/**
 * Charts are drawn in the window's frames, but in only a few milliseconds of each, so that the
 * timeline has the rest. What does not fit waits for the next frame; nothing wanted, nothing drawn.
 */
import { disposable, type Disposable } from '../../main/core/disposables.ts'
import { windowFrames, type Frame, type Frames } from '../frame/frames.ts'

/** Milliseconds of a frame for charts. */
const SHARE = 6

export class ChartUpdates implements Disposable {
  readonly #frames: Frames
  #frame: Frame | undefined
  readonly #now: () => number
  readonly #waiting = new Set<() => void>()

  constructor(frames: Frames, now: () => number = () => performance.now()) {
    this.#frames = frames
    this.#now = now
  }

  /** Draws soon; dispose of what is returned to take it back. */
  request(draw: () => void): Disposable {
    this.#waiting.add(draw)
    this.#frame ??= this.#frames.register(() => this.#draw())
    this.#frame.invalidate()
    return disposable(() => this.#waiting.delete(draw))
  }

  dispose(): void {
    this.#waiting.clear()
    this.#frame?.dispose()
  }

  #draw(): void {
    const began = this.#now()
    for (const draw of this.#waiting) {
      this.#waiting.delete(draw)
      draw()
      if (this.#now() - began >= SHARE) break
    }
    if (this.#waiting.size > 0) this.#frame?.invalidate()
  }
}

/** Of this window. */
export const chartUpdates = new ChartUpdates(windowFrames)
