/** How the lines and bars of variants are told apart: tints of the accent, dashes and marks; never a state's colour. */
import { mix, parseColour } from '../theme/colour.ts'
import type { Palette } from '../theme/palette.ts'

export const MARKS = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const
export const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]] as const
/** How much of the text's colour is in the tint: the first one is the accent itself. */
const TINTS = [0, 0.75, 0.4, 0.9, 0.2, 0.6] as const

export interface SeriesLook {
  readonly colour: string
  readonly dash: number[]
  readonly mark: (typeof MARKS)[number]
}

export function seriesLook({ accent, text2 }: Palette, index: number): SeriesLook {
  const { red, green, blue } = mix(
    parseColour(accent),
    parseColour(text2),
    TINTS[index % TINTS.length] ?? 0,
  )
  const hex = [red, green, blue]
    .map((each) => Math.round(each).toString(16).padStart(2, '0'))
    .join('')
  return {
    colour: `#${hex}`,
    dash: [...(DASHES[index % DASHES.length] ?? [])],
    mark: MARKS[index % MARKS.length] ?? 'circle',
  }
}
