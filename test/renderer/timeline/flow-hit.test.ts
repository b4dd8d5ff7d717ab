import { describe, expect, it } from 'vitest'
import { cssPixels } from '../../../main/core/units.ts'
import type { FlowsAnswer, TrackInfo } from '../../../main/run/contract.ts'
import { flowAt } from '../../../renderer/timeline/flow-hit.ts'
import { layoutRows } from '../../../renderer/timeline/layout.ts'
import { arrangeRows, NO_CHOICES } from '../../../renderer/timeline/row-order.ts'
import { range } from '../../../renderer/timeline/time-scale.ts'

const lane = (id: number): TrackInfo => ({
  ...{ id, kind: 'lane', group: 'g', name: `t${id}`, subtitle: '', subject: id, pid: 1 },
  measured: true,
})
const layout = layoutRows(arrangeRows([lane(1), lane(2)], NO_CHOICES).groups, 60)
const place = { layout, scale: { ...range(0, 1_000), width: cssPixels(1_000) }, scrollTop: 0 }
const middle = (index: number) => {
  const row = layout.rows[index + 1]
  return (row?.top ?? 0) + (row?.height ?? 0) / 2
}
/** Two that were taken, one on its way, one whose put is not known. */
const flows: FlowsAnswer = {
  ...range(0, 1_000),
  queues: Uint32Array.of(9, 9, 9, 9),
  putLanes: Uint32Array.of(1, 1, 1, 0),
  putTimes: Float64Array.of(100, 300, 500, NaN),
  getLanes: Uint32Array.of(2, 2, 0, 2),
  getTimes: Float64Array.of(200, 320, NaN, 700),
  total: 4,
}

describe('the way of an item under the pointer', () => {
  it('is the nearest one, along the line and at its ends', () => {
    expect(flowAt(flows, place, { x: 150, y: (middle(0) + middle(1)) / 2 })).toBe(0)
    expect(flowAt(flows, place, { x: 321, y: middle(1) + 3 })).toBe(1)
  })
  it('is found at the only end it has', () => {
    expect(flowAt(flows, place, { x: 502, y: middle(0) })).toBe(2)
    expect(flowAt(flows, place, { x: 700, y: middle(1) })).toBe(3)
    expect(flowAt(flows, place, { x: 600, y: middle(1) })).toBeUndefined()
  })
  it('is none out of reach, and none where its lanes do not show', () => {
    expect(flowAt(flows, place, { x: 900, y: middle(0) })).toBeUndefined()
    const empty = layoutRows([], 60)
    expect(flowAt(flows, { ...place, layout: empty }, { x: 150, y: 20 })).toBeUndefined()
  })
})
