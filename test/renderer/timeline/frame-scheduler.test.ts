import { describe, expect, it } from 'vitest'
import { FrameScheduler, type FrameClock } from '../../../renderer/timeline/frame-scheduler.ts'

class ManualFrames implements FrameClock {
  readonly callbacks = new Map<number, () => void>()
  #next = 1
  request(callback: () => void): number {
    this.callbacks.set(this.#next, callback)
    return this.#next++
  }
  cancel(handle: number): void {
    this.callbacks.delete(handle)
  }
  frame(): void {
    const due = [...this.callbacks.values()]
    this.callbacks.clear()
    for (const callback of due) callback()
  }
}

describe('frame scheduler', () => {
  it('draws nothing while nothing changes', () => {
    let drawn = 0
    const frames = new ManualFrames()
    const scheduler = new FrameScheduler(() => (drawn += 1), frames)
    frames.frame()
    expect(drawn).toBe(0)
    scheduler.invalidate()
    frames.frame()
    frames.frame()
    expect(drawn).toBe(1)
    expect(frames.callbacks.size).toBe(0)
  })

  it('makes one drawing of many changes, and another one of a change while drawing', () => {
    let drawn = 0
    const frames = new ManualFrames()
    const scheduler: FrameScheduler = new FrameScheduler(() => {
      drawn += 1
      if (drawn === 1) scheduler.invalidate()
    }, frames)
    for (let change = 0; change < 5; change++) scheduler.invalidate()
    expect(frames.callbacks.size).toBe(1)
    frames.frame()
    expect(drawn).toBe(1)
    frames.frame()
    expect(drawn).toBe(2)
  })

  it('draws no more after disposal', () => {
    let drawn = 0
    const frames = new ManualFrames()
    const scheduler = new FrameScheduler(() => (drawn += 1), frames)
    scheduler.invalidate()
    scheduler.dispose()
    scheduler.invalidate()
    frames.frame()
    expect(drawn).toBe(0)
  })
})
