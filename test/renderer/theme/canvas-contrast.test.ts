import { describe, expect, it } from 'vitest'
import { LaneState } from '../../../main/trace/model.ts'
import { contrast, mix, parseColour, type Colour } from '../../../renderer/theme/colour.ts'
import { stateColours } from '../../../renderer/theme/palette.ts'
import { STATE_ORDER, stateStyle } from '../../../renderer/theme/state-style.ts'
import { readTokens } from './tokens.ts'

/** WCAG 2.2, 1.4.11: what has to be seen to understand a picture. */
const SHAPE = 3
/** 1.4.3: small text. */
const TEXT = 4.5
/** Lines of a pattern against the wash between them: told apart from a flat fill. */
const PATTERN = 1.5

describe.each(['dark', 'light'] as const)('what the canvas draws in the %s theme', (theme) => {
  const palette = readTokens(theme)
  const ground = parseColour(palette.ground)
  const [text, accent] = [parseColour(palette.text), parseColour(palette.accent)]
  const veiled = (colour: string, share: number): Colour => mix(ground, parseColour(colour), share)

  it('marks stand out from the ground: arrows, flags, range, live edge, path, failure, flows', () => {
    const marks = {
      'blame arrow, selected item, flag of a note': palette.text,
      'selection, range, live edge, critical path, open note': palette.accent,
      'where a failed run ends': palette.danger,
      'where a run ends, dashed line of a range that is noted': palette.text3,
      'item on its way': stateColours(palette, LaneState.queue).edge,
      'counter of waiters': stateColours(palette, LaneState.waiting).edge,
    }
    for (const [mark, colour] of Object.entries(marks))
      expect(contrast(parseColour(colour), ground), mark).toBeGreaterThanOrEqual(SHAPE)
  })

  it('words on the canvas can be read, on every plane they stand on', () => {
    const planes = {
      ground,
      band: parseColour(palette.band),
      'a selected range': veiled(palette.accent, 0.16),
      'a noted range': veiled(palette.accent, 0.15),
    }
    for (const [plane, colour] of Object.entries(planes)) {
      expect(contrast(text, colour), `text on ${plane}`).toBeGreaterThanOrEqual(TEXT)
      const second = parseColour(palette.text2)
      expect(contrast(second, colour), `text 2 on ${plane}`).toBeGreaterThanOrEqual(TEXT)
    }
    expect(contrast(parseColour(palette.text3), ground), 'ticks').toBeGreaterThanOrEqual(TEXT)
    expect(contrast(accent, ground), 'words of the selection').toBeGreaterThanOrEqual(TEXT)
  })

  it.each(
    STATE_ORDER.filter((state) => ['hatched', 'lines', 'dots'].includes(stateStyle(state).pattern)),
  )('the pattern of state %d can be told from a flat fill', (state) => {
    const { fill, edge } = stateColours(palette, state)
    const wash = stateStyle(state).pattern === 'lines' ? palette.wash + 0.1 : palette.wash
    const between = mix(ground, parseColour(fill), wash)
    expect(contrast(parseColour(edge), between)).toBeGreaterThanOrEqual(PATTERN)
  })

  it('no two states that lie side by side are told by lightness and colour alone', () => {
    for (const one of STATE_ORDER)
      for (const other of STATE_ORDER) {
        if (one >= other) continue
        const lightness = contrast(
          parseColour(stateColours(palette, one).fill),
          parseColour(stateColours(palette, other).fill),
        )
        const samePattern = stateStyle(one).pattern === stateStyle(other).pattern
        expect(samePattern && lightness < SHAPE, `${one} beside ${other}`).toBe(false)
      }
  })
})
