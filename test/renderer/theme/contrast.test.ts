import { describe, expect, it } from 'vitest'
import { LaneState } from '../../../main/trace/model.ts'
import { contrast, mix, parseColour } from '../../../renderer/theme/colour.ts'
import { stateColours } from '../../../renderer/theme/palette.ts'
import { STATE_ORDER, stateStyle } from '../../../renderer/theme/state-style.ts'
import { stateTile } from '../../../renderer/theme/state-pattern.ts'
import { readTokens } from './tokens.ts'

const ratio = (left: string, right: string) => contrast(parseColour(left), parseColour(right))

describe.each(['dark', 'light'] as const)('colours of the %s theme', (theme) => {
  const palette = readTokens(theme)

  it.each(STATE_ORDER.map((state) => [stateStyle(state).label, state] as const))(
    '%s: its edge stands out from the ground (3:1), its ink can be read (4.5:1)',
    (_label, state) => {
      const colours = stateColours(palette, state)
      expect(ratio(colours.edge, palette.ground)).toBeGreaterThanOrEqual(3)
      for (const ground of [palette.ground, palette.panel, palette.raised]) {
        expect(ratio(colours.ink, ground)).toBeGreaterThanOrEqual(4.5)
      }
    },
  )

  it('text can be read on every plane', () => {
    for (const ground of [palette.ground, palette.panel, palette.raised, palette.band]) {
      for (const text of [palette.text, palette.text2, palette.text3]) {
        expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5)
      }
    }
    expect(ratio(palette.accent, palette.ground)).toBeGreaterThanOrEqual(4.5)
    expect(ratio(palette.danger, palette.ground)).toBeGreaterThanOrEqual(4.5)
  })

  it('labels can be read on solid states, and stay legible when these are dimmed', () => {
    for (const state of [LaneState.running, LaneState.holding]) {
      const { fill } = stateColours(palette, state)
      expect(ratio(palette.onState, fill)).toBeGreaterThanOrEqual(4.5)
      const dimmed = mix(parseColour(palette.ground), parseColour(fill), 0.42)
      expect(contrast(parseColour(palette.text), dimmed)).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('no two states share both colour and pattern, and patterned ones are not flat', () => {
    const looks = STATE_ORDER.map(
      (state) => `${stateStyle(state).pattern} ${stateColours(palette, state).fill}`,
    )
    expect(new Set(looks).size).toBe(looks.length)
    for (const state of [LaneState.waiting, LaneState.queue, LaneState.processor]) {
      for (const scale of [1, 1.5, 2]) {
        const { size, pixels } = stateTile(state, palette, scale)
        expect(pixels).toHaveLength(size * size)
        expect(new Set(pixels).size).toBeGreaterThan(1)
      }
    }
  })
})
