/** How high the parts of a stack of shares stand. Pure. */
import { LaneState } from '../../../main/trace/model.ts'
import { isContention, STATE_ORDER } from '../../theme/state-style.ts'

/** CSS pixels that are drawn as one: narrower stacks of a few turns each are mere noise. */
export const BLOCK = 3

/** Columns a block has at this ratio. */
export const blockColumns = (ratio: number): number => Math.max(1, Math.round(BLOCK * ratio))

/** States that stand in the stack, bottom first; idle is the space left free, with a line in it. */
export const STACKED: readonly LaneState[] = STATE_ORDER.filter(
  (state) => state !== LaneState.idle && state !== LaneState.none,
)
/** CSS pixels that a share of this state is high at least, however small it is. */
export function leastHeight(state: number): number {
  if (state === LaneState.waiting) return 2
  return isContention(state) || state === LaneState.queue ? 1 : 0
}

/**
 * Heights of the stack of `count` shares in one column, bottom first, in whole pixels, written to
 * `heights`. They add
 * up to the rounded height of all shares together, so that no rounding error piles up; only shares
 * that are there and would be lower than their `least` height are made as high, at the cost of the
 * free space above, then of the highest part.
 */
export function stackHeights(
  shares: ArrayLike<number>,
  count: number,
  height: number,
  least: ArrayLike<number>,
  heights: Int16Array,
): Int16Array {
  let sum = 0
  let below = 0
  let total = 0
  for (let i = 0; i < count; i++) {
    const share = shares[i] ?? 0
    sum += share
    const top = Math.round((Math.min(255, sum) / 255) * height)
    const part = share > 0 ? Math.max(top - below, least[i] ?? 0) : top - below
    heights[i] = part
    below = top
    total += part
  }
  for (; total > height; total--) {
    let highest = 0
    for (let i = 1; i < count; i++) {
      if ((heights[i] ?? 0) > (heights[highest] ?? 0)) highest = i
    }
    heights[highest] = (heights[highest] ?? 0) - 1
  }
  return heights
}
