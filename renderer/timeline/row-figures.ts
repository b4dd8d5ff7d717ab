/** The figure beside a row's name, in words and in short. Pure. */
import type { TrackInfo } from '../../main/run/contract.ts'
import { count, percent } from '../theme/figures.ts'
import { busyShare, lastValue } from './in-view.ts'
import type { PlacedSlice } from './view-loader.ts'

export interface RowFigure {
  readonly short: string
  /** For screen readers and as a tooltip. */
  readonly spoken: string
}

export function rowFigure(
  { kind }: TrackInfo,
  placed: PlacedSlice | undefined,
): RowFigure | undefined {
  if (!placed) return undefined
  switch (kind) {
    case 'lane': {
      const share = busyShare(placed, 'lane')
      if (share === undefined) return undefined
      const words = percent(share)
      return { short: words, spoken: `running ${words} of the time in view` }
    }
    case 'lock':
    case 'gil': {
      const share = busyShare(placed, 'lock')
      if (share === undefined) return undefined
      const words = percent(share)
      return { short: words, spoken: `held ${words} of the time in view` }
    }
    case 'queue': {
      const depth = lastValue(placed)
      if (depth === undefined) return undefined
      return {
        short: `depth ${count(depth)}`,
        spoken: `depth ${count(depth)} at the end of the view`,
      }
    }
    case 'event': {
      const waiting = lastValue(placed)
      if (waiting === undefined) return undefined
      const words = `${count(waiting)} waiting`
      return { short: words, spoken: `${words} at the end of the view` }
    }
  }
}
