/** What a page's frames cost, counted in the page itself. */
import type { Page } from 'playwright-core'

export interface Counted {
  bytes: number
  messages: number
  /** Milliseconds between the beginnings of two frames. */
  intervals: number[]
  /** Milliseconds from the beginning of a frame until the page's thread is free again. */
  costs: number[]
}

declare global {
  // Set in the page by `countInPage`.
  var counted: Counted
}

/** Runs in the page before its own scripts, so that its callback is each frame's first. */
function countInPage(): void {
  globalThis.counted = { bytes: 0, messages: 0, intervals: [], costs: [] }
  const Plain = globalThis.WebSocket
  globalThis.WebSocket = class extends Plain {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols)
      this.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        counted.bytes += data.byteLength
        counted.messages++
      })
    }
  }
  const { port1, port2 } = new MessageChannel()
  let begun = 0
  // Comes after style, layout and painting of the frame in which it was sent.
  port1.onmessage = () => counted.costs.push(performance.now() - begun)
  let last = performance.now()
  const frame = (now: number) => {
    counted.intervals.push(now - last)
    last = now
    begun = performance.now()
    port2.postMessage(0)
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

export const countFrames = (page: Page): Promise<unknown> => page.addInitScript(countInPage)

export const resetCounts = (page: Page): Promise<void> =>
  page.evaluate(() => {
    counted.bytes = counted.messages = 0
    counted.intervals = []
    counted.costs = []
  })

export const countsOf = (page: Page): Promise<Counted> => page.evaluate(() => counted)

export const ascending = (values: readonly number[]): number[] =>
  values.toSorted((one, other) => one - other)
