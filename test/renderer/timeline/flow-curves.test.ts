import { describe, expect, it } from 'vitest'
import { cssPixels, nanoseconds } from '../../../main/core/units.ts'
import type { FlowsAnswer } from '../../../main/run/contract.ts'
import {
  BUNDLED_FROM,
  curveAt,
  curveOf,
  curveWidth,
  distanceTo,
  flowCurves,
  type FlowPlaces,
} from '../../../renderer/timeline/paint/flow-curves.ts'

/** One nanosecond a pixel; lane 1 above queue 9 above lane 2. */
const places: FlowPlaces = {
  scale: { from: nanoseconds(0), to: nanoseconds(1000), width: cssPixels(1000) },
  newest: 900,
  edgesOf: (track) =>
    ({ 1: { upper: 10, lower: 30 }, 9: { upper: 60, lower: 80 }, 2: { upper: 110, lower: 130 } })[
      track
    ],
}

type Flow = readonly [queue: number, putLane: number, put: number, getLane: number, get: number]
const answer = (flows: readonly Flow[]): FlowsAnswer => ({
  from: nanoseconds(0),
  to: nanoseconds(1000),
  queues: Uint32Array.from(flows, ([queue]) => queue),
  putLanes: Uint32Array.from(flows, ([, lane]) => lane),
  putTimes: Float64Array.from(flows, ([, , time]) => time),
  getLanes: Uint32Array.from(flows, ([, , , lane]) => lane),
  getTimes: Float64Array.from(flows, ([, , , , time]) => time),
  total: flows.length,
})

describe('flows of items', () => {
  it('run between the sides of the lanes that face each other, up as well as down', () => {
    const [down, up] = flowCurves(
      answer([
        [9, 1, 100, 2, 200],
        [9, 2, 300, 1, 400],
      ]),
      places,
    )
    expect(down).toMatchObject({ putX: 100, putY: 30, getX: 200, getY: 110 })
    expect(up).toMatchObject({ putX: 300, putY: 110, getX: 400, getY: 30 })
  })

  it('end at the queue where a lane is folded away, and are left out where both are', () => {
    const folded = answer([
      [9, 77, 100, 2, 200],
      [8, 77, 100, 78, 200],
    ])
    const curves = flowCurves(folded, places)
    expect(curves).toHaveLength(1)
    expect(curves[0]).toMatchObject({ putY: 80, getY: 110 })
  })

  it('that nobody has taken yet go on to where the data ends, towards their queue', () => {
    const curve = curveOf(answer([[9, 1, 500, 0, NaN]]), 0, places)
    expect(curve).toMatchObject({ isInFlight: true, putX: 500, getX: 900, putY: 30, getY: 60 })
  })

  it('leave out what is beside the view, but not what crosses it', () => {
    const flows = answer([
      [9, 1, -200, 2, -100],
      [9, 1, 1100, 2, 1200],
      [9, 1, -100, 2, 1100],
    ])
    expect(flowCurves(flows, places).map(({ index }) => index)).toEqual([2])
  })

  it('are bundled when there are many, and none is lost in the count', () => {
    const many = answer(
      Array.from({ length: 4 * BUNDLED_FROM }, (_, index): Flow => {
        const at = (index * 800) / (4 * BUNDLED_FROM)
        return [9, 1, at, 2, at + 40]
      }),
    )
    const curves = flowCurves(many, places)
    expect(curves.length).toBeLessThan(200)
    expect(curves.reduce((sum, { count }) => sum + count, 0)).toBe(4 * BUNDLED_FROM)
    for (const { putX, getX } of curves) expect(getX - putX).toBeCloseTo(40, 5)
    const few = answer(Array.from({ length: 9 }, (): Flow => [9, 1, 10, 2, 50]))
    expect(flowCurves(few, places)).toHaveLength(9)
  })

  it('are found under the pointer, the nearest first', () => {
    const flows = answer([
      [9, 1, 100, 2, 200],
      [9, 1, 130, 2, 230],
    ])
    const curves = flowCurves(flows, places)
    expect(curveAt(curves, 100, 32)?.index).toBe(0)
    expect(curveAt(curves, 180, 70)?.index).toBe(1)
    expect(curveAt(curves, 150, 70)?.index).toBe(0)
    expect(curveAt(curves, 600, 70)).toBeUndefined()
    const [curve] = curves
    if (curve) expect(distanceTo(curve, 150, 70)).toBeLessThan(0.01)
  })

  it('grow wider with their number, within bounds', () => {
    const widths = [1, 2, 10, 100, 4096].map(curveWidth)
    expect(widths).toEqual(widths.toSorted((left, right) => left - right))
    expect(widths.at(-1)).toBeLessThanOrEqual(7)
  })
})
