import { describe, expect, it } from 'vitest'
import { Frames, type FrameClock } from '../../../renderer/frame/frames.ts'

class ManualClock implements FrameClock {
  readonly callbacks = new Map<number, () => void>()
  isHidden = false
  requested = 0
  #shown: () => void = () => undefined
  request(callback: () => void): number {
    this.requested += 1
    this.callbacks.set(this.requested, callback)
    return this.requested
  }
  cancel(handle: number): void {
    this.callbacks.delete(handle)
  }
  onShown(listener: () => void): void {
    this.#shown = listener
  }
  show(): void {
    this.isHidden = false
    this.#shown()
  }
  frame(): void {
    const due = [...this.callbacks.values()]
    this.callbacks.clear()
    for (const callback of due) callback()
  }
}

function setUp() {
  const clock = new ManualClock()
  const frames = new Frames(clock)
  return { clock, frames }
}

describe('the frames of a window', () => {
  it('asks for nothing and draws nothing while nothing changes', () => {
    const { clock, frames } = setUp()
    const frame = frames.register(() => undefined)
    expect(clock.requested).toBe(0)
    frame.invalidate()
    clock.frame()
    clock.frame()
    expect([frame.drawn, frames.drawn, clock.requested]).toEqual([1, 1, 1])
    expect(clock.callbacks.size).toBe(0)
  })

  it('asks for one frame for many drawings, and draws only those that changed', () => {
    const { clock, frames } = setUp()
    const [timeline, chart, still] = [1, 2, 3].map(() => frames.register(() => undefined))
    for (let change = 0; change < 5; change++) {
      timeline?.invalidate()
      chart?.invalidate()
    }
    expect(clock.callbacks.size).toBe(1)
    clock.frame()
    expect([timeline?.drawn, chart?.drawn, still?.drawn, frames.drawn]).toEqual([1, 1, 0, 1])
  })

  it('leaves a change made while drawing to the next frame', () => {
    const { clock, frames } = setUp()
    const frame = frames.register(() => {
      if (frame.drawn === 1) frame.invalidate()
    })
    frame.invalidate()
    clock.frame()
    expect(frame.drawn).toBe(1)
    clock.frame()
    expect(frame.drawn).toBe(2)
    expect(clock.callbacks.size).toBe(0)
  })

  it('neither asks nor draws while the window is hidden, and catches up when it is seen', () => {
    const { clock, frames } = setUp()
    const frame = frames.register(() => undefined)
    clock.isHidden = true
    frame.invalidate()
    expect(clock.requested).toBe(0)
    clock.show()
    expect(clock.requested).toBe(1)
    clock.isHidden = true
    clock.frame()
    expect(frame.drawn).toBe(0)
    frame.invalidate()
    clock.show()
    clock.frame()
    expect(frame.drawn).toBe(1)
  })

  it('draws no more after disposal, and takes back a frame that nobody needs', () => {
    const { clock, frames } = setUp()
    const gone = frames.register(() => undefined)
    const stays = frames.register(() => gone.dispose())
    gone.invalidate()
    gone.dispose()
    gone.invalidate()
    expect(clock.callbacks.size).toBe(0)
    stays.invalidate()
    clock.frame()
    expect([gone.drawn, stays.drawn]).toEqual([0, 1])
  })

  it('draws the others when one drawing throws, and tells of the error', () => {
    const { clock, frames } = setUp()
    const broken = frames.register(() => {
      throw new Error('broken drawing')
    })
    const sound = frames.register(() => undefined)
    broken.invalidate()
    sound.invalidate()
    expect(() => clock.frame()).toThrow('broken drawing')
    expect(sound.drawn).toBe(1)
  })
})
