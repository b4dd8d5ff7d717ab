import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LaneState } from '../../../main/trace/model.ts'
import type { SpanSlice } from '../../../main/run/contract.ts'
import { StatePatterns } from '../../../renderer/theme/state-pattern.ts'
import { edgeOf, fillOf, Kind, PixelTable } from '../../../renderer/timeline/paint/pixels.ts'
import { firstAfter, writeSpans } from '../../../renderer/timeline/paint/span-raster.ts'
import { readTokens } from '../theme/tokens.ts'

const table = new PixelTable(new StatePatterns(readTokens('dark'), 1))
const HEIGHT = 24
const pixelOf = (kind: number) => table.line(0)[kind * table.period]
const green = pixelOf(fillOf(LaneState.running))
const waitEdge = pixelOf(edgeOf(LaneState.waiting))
const waitNarrow = pixelOf(Kind.narrow + LaneState.waiting)

/** Spans given as state and length in columns, written one nanosecond a column. */
function write(
  spans: readonly (readonly [state: number, length: number])[],
  width: number,
  { shift = 0, known = width, gil = new Set<number>() } = {},
) {
  const starts = new Float64Array(spans.length)
  let at = 0
  spans.forEach(([, length], index) => {
    starts[index] = at
    at += length
  })
  const slice: SpanSlice = {
    starts,
    end: at,
    states: Uint8Array.from(spans, ([state]) => state),
    details: new Uint32Array(spans.length).fill(7),
  }
  const pixels = new Uint32Array(width * HEIGHT)
  const target = { pixels, stride: width, top: 0, width, height: HEIGHT }
  writeSpans(target, { spans: slice, perColumn: 1, shift, known, gil }, table)
  return (x: number) => Array.from({ length: HEIGHT }, (_, y) => pixels[y * width + x] ?? 0)
}

describe('exact spans as pixels', () => {
  it('keep a gap after a wide span, and none after a narrow one', () => {
    const column = write(
      [
        [LaneState.running, 20],
        [LaneState.running, 4],
        [LaneState.running, 4],
      ],
      28,
    )
    expect(column(18)[12]).toBe(green)
    expect(column(19).every((pixel) => pixel === 0)).toBe(true)
    for (let x = 20; x < 28; x++) expect(column(x)[12]).toBe(green)
  })

  it('frame what waits, and leave the ground free where nothing is known', () => {
    const column = write([[LaneState.waiting, 40]], 40, { known: 30 })
    expect(column(0).every((pixel) => pixel === waitEdge)).toBe(true)
    expect(column(10)[0]).toBe(waitEdge)
    expect(new Set(column(10).slice(1, -1)).size).toBeGreaterThan(1)
    expect(column(30).every((pixel) => pixel === 0)).toBe(true)
  })

  it('show a wait that is narrower than a pixel, wherever it falls', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 3, max: 30, noNaN: true }),
        fc.double({ min: 0.02, max: 0.9, noNaN: true }),
        (before, wait) => {
          const column = write(
            [
              [LaneState.running, before],
              [LaneState.waiting, wait],
              [LaneState.running, 40],
            ],
            36,
          )
          const shown = Array.from({ length: 36 }, (_, x) => column(x)).filter(
            (pixels) => pixels.includes(waitEdge ?? 1) || pixels.includes(waitNarrow ?? 1),
          )
          expect(shown).toHaveLength(1)
        },
      ),
      { seed: 7 },
    )
  })

  it('leave no hole between spans of about a pixel', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.3, max: 2.4, noNaN: true }), { minLength: 60, maxLength: 90 }),
        (lengths) => {
          const column = write(
            lengths.map((length) => [LaneState.running, length] as const),
            Math.floor(lengths.reduce((sum, length) => sum + length, 0)),
          )
          const holes = lengths.slice(0, 15).filter((_, x) => column(x)[12] === 0)
          expect(holes).toEqual([])
        },
      ),
      { seed: 8 },
    )
  })

  it('put the amber rail under who runs while holding the GIL that others want', () => {
    const column = write([[LaneState.holding, 20]], 20, { gil: new Set([7]) })
    expect(column(8)[4]).toBe(green)
    expect(column(8)[HEIGHT - 1]).toBe(pixelOf(fillOf(LaneState.holding)))
    expect(write([[LaneState.holding, 20]], 20)(8)[4]).toBe(pixelOf(fillOf(LaneState.holding)))
  })

  it('begin in the middle of a slice as they would have looked from its beginning', () => {
    const spans = Array.from(
      { length: 80 },
      (_, index) => [[1, 2, 4, 6, 7][index % 5] ?? 1, 3 + ((index * 7) % 11)] as const,
    )
    const whole = write(spans, 400)
    const part = write(spans, 100, { shift: 200 })
    for (let x = 0; x < 100; x++) {
      const solid = (pixels: number[]) => pixels.map((pixel) => pixel !== 0)
      expect(solid(part(x))).toEqual(solid(whole(x + 200)))
    }
  })

  it('find the span in which a moment lies', () => {
    const starts = Float64Array.of(-5, 0, 10, 20)
    expect([-9, -5, 3, 10, 99].map((time) => firstAfter(starts, time))).toEqual([0, 0, 1, 2, 3])
  })
})
