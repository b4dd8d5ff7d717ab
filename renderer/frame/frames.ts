/**
 * One frame scheduler for the whole window. Whatever draws (the timeline, a chart) registers its
 * drawing once, and calls `invalidate` when what it shows has changed:
 *
 *     const frame = windowFrames.register(() => chart.draw())
 *     frame.invalidate()   // as often as you like: one drawing with the next frame
 *     frame.dispose()      // when the component goes
 *
 * At most one requestAnimationFrame is outstanding, for all drawings together. A window that shows
 * nothing new asks for no frame, and a hidden one draws nothing until it is seen again.
 */
import type { Disposable } from '../../main/core/disposables.ts'

/** The screen, or what stands in for it in a test. */
export interface FrameClock {
  request(callback: () => void): number
  cancel(handle: number): void
  readonly isHidden: boolean
  /** Calls back whenever the window is seen again. */
  onShown(listener: () => void): void
}

const screenClock: FrameClock = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
  get isHidden() {
    return document.hidden
  },
  onShown: (listener) => {
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) listener()
    })
  },
}

/** One registered drawing. */
export interface Frame extends Disposable {
  /** Draws with the next frame; any number of calls before it make one drawing. */
  invalidate(): void
  /** How often it was drawn. */
  readonly drawn: number
}

class Registered implements Frame {
  readonly draw: () => void
  readonly #frames: Frames
  isStale = false
  drawn = 0

  constructor(frames: Frames, draw: () => void) {
    this.#frames = frames
    this.draw = draw
  }

  invalidate(): void {
    if (this.isStale || !this.#frames.has(this)) return
    this.isStale = true
    this.#frames.ask()
  }

  dispose(): void {
    this.isStale = false
    this.#frames.remove(this)
  }
}

export class Frames {
  readonly #clock: FrameClock
  /** In the order in which they are drawn. */
  readonly #drawings = new Set<Registered>()
  #handle: number | undefined
  #isListening = false
  #drawn = 0

  constructor(clock: FrameClock = screenClock) {
    this.#clock = clock
  }

  /** Frames in which anything was drawn. */
  get drawn(): number {
    return this.#drawn
  }

  register(draw: () => void): Frame {
    if (!this.#isListening) {
      this.#isListening = true
      this.#clock.onShown(() => this.ask())
    }
    const drawing = new Registered(this, draw)
    this.#drawings.add(drawing)
    return drawing
  }

  has(drawing: Registered): boolean {
    return this.#drawings.has(drawing)
  }

  /** Asks for a frame if anything is stale and can be seen. */
  ask(): void {
    if (this.#handle !== undefined || this.#clock.isHidden || !this.#anythingStale()) return
    this.#handle = this.#clock.request(() => this.#frame())
  }

  remove(drawing: Registered): void {
    this.#drawings.delete(drawing)
    if (this.#handle === undefined || this.#anythingStale()) return
    this.#clock.cancel(this.#handle)
    this.#handle = undefined
  }

  #anythingStale(): boolean {
    for (const drawing of this.#drawings) if (drawing.isStale) return true
    return false
  }

  /** What is invalidated meanwhile waits for the next frame; a drawing that throws stops no other. */
  #frame(): void {
    this.#handle = undefined
    if (this.#clock.isHidden) return
    const due = [...this.#drawings].filter(({ isStale }) => isStale)
    for (const drawing of due) drawing.isStale = false
    const thrown: unknown[] = []
    for (const drawing of due) {
      if (!this.#drawings.has(drawing)) continue
      drawing.drawn += 1
      try {
        drawing.draw()
      } catch (error) {
        thrown.push(error)
      }
    }
    if (due.length > 0) this.#drawn += 1
    if (thrown.length > 0) throw thrown[0]
  }
}

/** The window's own. */
export const windowFrames = new Frames()
