import { describe, expect, test } from 'vitest'
import {
  clampShare,
  LEAST_SHARE,
  MOST_SHARE,
  shareAfter,
} from '../../../renderer/views/split-pane.ts'

describe('the separator between timeline and lower pane', () => {
  test.each(['ArrowUp', 'ArrowDown', 'Home', 'End'])('%s never hides either pane', (key) => {
    for (let share = 0; share <= 100; share += 1) {
      const after = shareAfter(key, share)
      expect(after).toBeGreaterThanOrEqual(LEAST_SHARE)
      expect(after).toBeLessThanOrEqual(MOST_SHARE)
    }
  })

  test('up makes the lower pane higher, down lower', () => {
    expect(shareAfter('ArrowUp', 40)).toBeGreaterThan(40)
    expect(shareAfter('ArrowDown', 40)).toBeLessThan(40)
  })

  test('Enter opens and closes, and other keys are left to the window', () => {
    expect(shareAfter('Enter', 40)).toBe('toggle')
    for (const key of ['r', 'Escape', ' ', 'ArrowLeft']) expect(shareAfter(key, 40)).toBeUndefined()
  })

  test('a drag beyond the bounds stops at them', () => {
    expect(clampShare(-5)).toBe(LEAST_SHARE)
    expect(clampShare(400)).toBe(MOST_SHARE)
  })
})
