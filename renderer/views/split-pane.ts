/** Heights of the lower of two panes, in per cent of the space that both share. */
export const LEAST_SHARE = 12
export const MOST_SHARE = 80
/** Dragged to less than this the lower pane closes. */
export const CLOSING_SHARE = 6
const STEP = 4

export const clampShare = (share: number): number =>
  Math.min(MOST_SHARE, Math.max(LEAST_SHARE, share))

/**
 * What a key does to the separator, by the ARIA pattern for window splitters.
 * @returns the new share, `toggle` to open or close the lower pane, or undefined: not its key.
 */
export function shareAfter(key: string, share: number): number | 'toggle' | undefined {
  switch (key) {
    case 'ArrowUp':
      return clampShare(share + STEP)
    case 'ArrowDown':
      return clampShare(share - STEP)
    case 'Home':
      return LEAST_SHARE
    case 'End':
      return MOST_SHARE
    case 'Enter':
      return 'toggle'
    default:
      return undefined
  }
}
