/** The theme as the chart builders need it. */
import { LaneState } from '../../main/trace/model.ts'
import { readPalette, stateColours, type Palette } from '../theme/palette.ts'
import { StatePatterns } from '../theme/state-pattern.ts'

export interface ChartColours {
  readonly palette: Palette
  readonly wait: StatePaint
  readonly hold: StatePaint
  readonly queue: StatePaint
}

export interface StatePaint {
  readonly fill: string
  readonly edge: string
  /** The state's pattern, as in the lanes. */
  readonly pattern: CanvasPattern | string
}

/** @param ratio device pixels a CSS pixel of the canvas that will be drawn */
export function readColours(element: Element, ratio: number): ChartColours {
  const palette = readPalette(element)
  const patterns = new StatePatterns(palette, ratio)
  const paint = (state: LaneState): StatePaint => ({
    ...stateColours(palette, state),
    pattern: patterns.fill(state),
  })
  return {
    palette,
    wait: paint(LaneState.waiting),
    hold: paint(LaneState.holding),
    queue: paint(LaneState.queue),
  }
}

/** `#rrggbb` with an opacity from 0 to 1. */
export const faded = (colour: string, opacity: number): string =>
  `${colour}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`
