import { describe, expect, it } from 'vitest'
import { LaneState } from '../../../main/trace/model.ts'
import { contrast, parseColour, type Colour } from '../../../renderer/theme/colour.ts'
import { StatePatterns } from '../../../renderer/theme/state-pattern.ts'
import { PixelTable } from '../../../renderer/timeline/paint/pixels.ts'
import { writeSpans } from '../../../renderer/timeline/paint/span-raster.ts'
import { readTokens } from '../theme/tokens.ts'

const SHOWN = [
  LaneState.running,
  LaneState.waiting,
  LaneState.holding,
  LaneState.queue,
  LaneState.processor,
  LaneState.sleeping,
  LaneState.idle,
]
const HEIGHT = 26

const colourOf = (pixel: number): Colour => ({
  red: pixel & 255,
  green: (pixel >> 8) & 255,
  blue: (pixel >> 16) & 255,
})

describe.each(['dark', 'light'] as const)('spans on the ground of the %s theme', (theme) => {
  const palette = readTokens(theme)
  const ground = parseColour(palette.ground)
  const table = new PixelTable(new StatePatterns(palette, 1))

  /** The outermost pixels of a span of 30 columns: all along its outline. */
  function outlineOf(state: number, { tone = 0, width = 30 } = {}): Colour[] {
    const pixels = new Uint32Array(40 * HEIGHT)
    const spans = {
      starts: Float64Array.of(0, 5, 5 + width),
      end: 40,
      states: Uint8Array.of(0, state, 0),
      details: Uint32Array.of(0, 3, 0),
    }
    writeSpans(
      { pixels, stride: 40, top: 0, width: 40, height: HEIGHT },
      { spans, perColumn: 1, shift: 0, known: 40, gil: new Set(), tones: new Map([[3, tone]]) },
      table,
    )
    const at = (x: number, y: number) => pixels[y * 40 + x] ?? 0
    const column = Array.from({ length: HEIGHT }, (_, y) => at(5 + Math.floor(width / 2), y))
    const line = Array.from({ length: 40 }, (_, x) => at(x, HEIGHT / 2))
    return [column, column.toReversed(), line, line.toReversed()].map((way) =>
      colourOf(way.find((pixel) => pixel !== 0) ?? 0),
    )
  }

  it.each(SHOWN)('state %i has an outline of 3:1 at least', (state) => {
    for (const colour of outlineOf(state)) {
      expect(contrast(colour, ground)).toBeGreaterThanOrEqual(state === LaneState.idle ? 2.9 : 3)
    }
  })

  it.each([LaneState.running, LaneState.holding])(
    'a holder in state %i has one in every tone',
    (state) => {
      for (const tone of [0, 1, 2]) {
        for (const colour of outlineOf(state, { tone })) {
          expect(contrast(colour, ground)).toBeGreaterThanOrEqual(3)
        }
      }
    },
  )

  it('the tones of holders are told from each other', () => {
    const insides = [0, 1, 2].map((tone) => {
      const pixels = new Uint32Array(40 * HEIGHT)
      const spans = {
        starts: Float64Array.of(0),
        end: 40,
        states: Uint8Array.of(LaneState.holding),
        details: Uint32Array.of(3),
      }
      writeSpans(
        { pixels, stride: 40, top: 0, width: 40, height: HEIGHT },
        { spans, perColumn: 1, shift: 0, known: 40, gil: new Set(), tones: new Map([[3, tone]]) },
        table,
      )
      return pixels[(HEIGHT / 2) * 40 + 20]
    })
    expect(new Set(insides).size).toBe(3)
  })
})
