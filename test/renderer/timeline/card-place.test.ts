import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CARD_DISTANCE, placeCard } from '../../../renderer/timeline/card-place.ts'

const card = { width: 252, height: 130 }

describe('hover card', () => {
  it('never lies over the span while the pane has room for both, and stays inside', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 560 }),
        fc.integer({ min: 24, max: 96 }),
        (left, width, top, height) => {
          const pane = { width: 1_000, height: 600 }
          const span = { left, top, width: Math.min(width, 1_000 - left), height }
          const place = placeCard(span, card, pane, left)
          expect(place.left).toBeGreaterThanOrEqual(4)
          expect(place.left + card.width).toBeLessThanOrEqual(pane.width - 4)
          const roomBelow = top + height + CARD_DISTANCE + card.height <= pane.height - 4
          const roomAbove = top >= card.height + CARD_DISTANCE + 4
          if (!roomBelow && !roomAbove) return
          const apart =
            place.left >= span.left + span.width ||
            place.left + card.width <= span.left ||
            place.top >= span.top + span.height ||
            place.top + card.height <= span.top
          expect(apart).toBe(true)
        },
      ),
      { seed: 5 },
    )
  })
})
