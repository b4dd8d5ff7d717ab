/** The theme as the chart builders need it. */
import type { LaneState } from '../../main/trace/model.ts'
import { readPalette, stateColours, type Palette } from '../theme/palette.ts'
import { StatePatterns } from '../theme/state-pattern.ts'
import { stateStyle } from '../theme/state-style.ts'

export interface ChartColours {
  readonly palette: Palette
  state(state: LaneState): StatePaint
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
  return {
    palette,
    state: (state) => {
      const colours = stateColours(palette, state)
      const { pattern } = stateStyle(state)
      // Thin in a lane, quiet in an area: what sleeps or idles must not outshine what runs.
      const isThin = pattern === 'thin' || pattern === 'line'
      return { ...colours, pattern: isThin ? faded(colours.fill, 0.35) : patterns.fill(state) }
    },
  }
}

let known: { readonly key: string; readonly colours: ChartColours } | undefined

/** The page's colours, read once for a theme and pixel ratio: all charts share them. */
export function pageColours(theme: string, ratio: number): ChartColours {
  const key = `${theme} ${ratio}`
  if (known?.key !== key) known = { key, colours: readColours(document.documentElement, ratio) }
  return known.colours
}

/** `#rrggbb` with an opacity from 0 to 1. */
export const faded = (colour: string, opacity: number): string =>
  `${colour}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`
