/** Where the hover card goes: 8 px off the span and never over it. Pure. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export const CARD_DISTANCE = 8

/**
 * Right of the span if there is room, else left of it; a span too wide for either gets the card
 * below its row, or above it. `span` may reach out of `pane`; the card stays inside.
 */
export function placeCard(
  span: Box,
  card: { readonly width: number; readonly height: number },
  pane: { readonly width: number; readonly height: number },
  pointerX: number,
): { left: number; top: number } {
  const inside = (value: number, room: number) => Math.max(4, Math.min(value, room - 4))
  const right = span.left + span.width + CARD_DISTANCE
  const left = span.left - CARD_DISTANCE - card.width
  const below = span.top + span.height + CARD_DISTANCE
  const beside = inside(span.top + span.height / 2 - 20, pane.height - card.height)
  const fitsBelow = below + card.height <= pane.height - 4
  // Below and a little aside covers neither the span nor the lane's next spans.
  if (right + card.width <= pane.width - 4) {
    return { left: right, top: fitsBelow ? below - CARD_DISTANCE + 4 : beside }
  }
  if (left >= 4) return { left, top: fitsBelow ? below - CARD_DISTANCE + 4 : beside }
  const along = inside(pointerX - card.width / 2, pane.width - card.width)
  if (fitsBelow) return { left: along, top: below }
  return { left: along, top: Math.max(4, span.top - CARD_DISTANCE - card.height) }
}
