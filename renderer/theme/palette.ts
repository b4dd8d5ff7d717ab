/** The tokens as a canvas needs them, read once a theme. */
import { LANE_STATES } from '../../main/trace/model.ts'
import { stateStyle } from './state-style.ts'

export interface StateColours {
  readonly fill: string
  /** Outline: at least 3:1 on the ground. */
  readonly edge: string
  /** Text: at least 4.5:1. */
  readonly ink: string
}

export interface Palette {
  readonly ground: string
  readonly panel: string
  readonly raised: string
  readonly line: string
  readonly line2: string
  readonly grid: string
  readonly band: string
  readonly text: string
  readonly text2: string
  readonly text3: string
  readonly accent: string
  readonly accentSoft: string
  readonly danger: string
  readonly veil: string
  readonly onState: string
  readonly wash: number
  readonly fontUi: string
  readonly fontMono: string
  /** By LaneState. */
  readonly states: readonly StateColours[]
}

/** Reads the custom properties that hold at this element. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  return paletteOf((name) => style.getPropertyValue(`--${name}`).trim())
}

/** @param token the value of a custom property, by its name without dashes in front. */
export function paletteOf(token: (name: string) => string): Palette {
  const states = Array.from({ length: LANE_STATES }, (_, state): StateColours => {
    const name = stateStyle(state).token
    const used = name === 'none' ? 'idle' : name
    return {
      fill: token(`st-${used}`),
      edge: token(`st-${used}-edge`),
      ink: token(`st-${used}-ink`),
    }
  })
  return {
    ground: token('ground'),
    panel: token('panel'),
    raised: token('raised'),
    line: token('line'),
    line2: token('line-2'),
    grid: token('grid'),
    band: token('band'),
    text: token('text'),
    text2: token('text-2'),
    text3: token('text-3'),
    accent: token('accent'),
    accentSoft: token('accent-soft'),
    danger: token('danger'),
    veil: token('veil'),
    onState: token('on-state'),
    wash: Number(token('wash')) || 0.2,
    fontUi: token('font-ui'),
    fontMono: token('font-mono'),
    states,
  }
}

/** Colours of a state; a number that is no state gets those of `none`. */
export const stateColours = (palette: Palette, state: number): StateColours =>
  palette.states[state] ??
  palette.states[0] ?? { fill: palette.line2, edge: palette.line2, ink: palette.text3 }
