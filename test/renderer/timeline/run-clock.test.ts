import { describe, expect, it } from 'vitest'
import { aheadOf, RunClock } from '../../../renderer/timeline/run-clock.ts'
import { range } from '../../../renderer/timeline/time-scale.ts'

describe('a view that follows the run', () => {
  it('asks beyond where the run will be, in columns of the same width', () => {
    const asked = aheadOf(range(0, 200e6), 1000, 190e6)
    expect(asked.to).toBeGreaterThanOrEqual(230e6)
    expect((asked.to - asked.from) / asked.width).toBeCloseTo(200e6 / 1000, 6)
    expect(asked.from).toBe(0)
  })

  it('asks for what is in view where that reaches further', () => {
    expect(aheadOf(range(0, 10e9), 500, 1e9)).toEqual({ from: 0, to: 10e9, width: 500 })
  })

  it('asks for a few widths only, the newest, when the view has fallen far behind', () => {
    const asked = aheadOf(range(0, 1e6), 100, 5e9)
    expect(asked.width).toBe(300)
    expect(asked.to).toBeGreaterThanOrEqual(5e9)
    expect(asked.to - asked.from).toBeCloseTo(3e6, 3)
  })

  it('knows that the run goes on between two answers', () => {
    let time = 0
    const clock = new RunClock(() => time)
    clock.heard(1e9)
    time = 50
    expect(clock.now()).toBe(1.05e9)
    // Told late: nothing new.
    clock.heard(0.9e9)
    expect(clock.now()).toBe(1.05e9)
    clock.heard(1.04e9)
    expect(clock.now()).toBe(1.04e9)
  })
})
