import { describe, expect, it } from 'vitest'
import { windowFor } from '../../../renderer/timeline/paint/queue.ts'

describe('the window over which puts or gets are averaged', () => {
  const counts = (length: number, at: readonly number[]): Uint32Array => {
    const made = new Uint32Array(length)
    for (const column of at) made[column] = (made[column] ?? 0) + 1
    return made
  }

  it('is about as long as a few items take where there are any, however long nothing happens', () => {
    const burst = Array.from({ length: 20 }, (_, item) => 400 + 10 * item)
    expect(windowFor(counts(1_000, burst))).toBe(windowFor(counts(10_000, burst)))
    expect(windowFor(counts(1_000, burst))).toBeGreaterThanOrEqual(20)
    expect(windowFor(counts(1_000, burst))).toBeLessThan(40)
  })

  it('is no wider than a third of it, and asks for nothing where there is nothing', () => {
    expect(windowFor(counts(900, [100, 699]))).toBe(200)
    expect(windowFor(counts(900, []))).toBe(0)
    expect(windowFor(counts(900, [5]))).toBe(0)
  })
})
