import { describe, expect, it } from 'vitest'
import type { TrackInfo } from '../../../main/run/contract.ts'
import {
  GROUP_HEIGHT,
  layoutRows,
  rowAt,
  STRETCH_LEAST,
  STRETCH_MOST,
  visibleTracks,
} from '../../../renderer/timeline/layout.ts'

const track = (id: number, kind: TrackInfo['kind'], group: string): TrackInfo => ({
  id,
  kind,
  group,
  name: `row ${id}`,
  subtitle: '',
  subject: id,
  pid: 1,
  measured: true,
})
const lanes = [1, 2, 3, 4].map((id) => track(id, 'lane', 'process 1'))
const all = [...lanes, track(5, 'lock', 'Locks'), track(6, 'queue', 'Queues')]
const none = new Set<string>()

const laneHeight = (available: number): number =>
  layoutRows(all, none, available).rows.find((row) => row.type === 'track')?.height ?? 0

describe('layout of rows', () => {
  it('stacks rows without gap or overlap', () => {
    const { rows, height } = layoutRows(all, none, 500)
    let top = 0
    for (const row of rows) {
      expect(row.top).toBe(top)
      top += row.height
    }
    expect(height).toBe(top)
  })

  it('stretches, shrinks and then scrolls, within its bounds', () => {
    const natural = 36
    expect(laneHeight(10_000)).toBe(natural * STRETCH_MOST)
    expect(laneHeight(10)).toBe(Math.floor(natural * STRETCH_LEAST))
    expect(layoutRows(all, none, 10).height).toBeGreaterThan(10)
    expect(layoutRows(all, none, 400).height).toBeLessThanOrEqual(400)
  })

  it('keeps the tracks of a group together in the order of appearance', () => {
    const mixed = [track(1, 'lane', 'a'), track(2, 'lane', 'b'), track(3, 'lane', 'a')]
    const keys = layoutRows(mixed, none, 300).rows.map((row) => row.key)
    expect(keys).toEqual(['group a', 'track 1', 'track 3', 'group b', 'track 2'])
  })

  it('leaves only the head of a folded group', () => {
    const { rows } = layoutRows(all, new Set(['process 1']), 500)
    expect(rows[0]).toMatchObject({ type: 'group', folded: true, size: 4, height: GROUP_HEIGHT })
    expect(rows.filter((row) => row.type === 'track')).toHaveLength(2)
  })

  it('finds the row under a point, and none below the last', () => {
    const layout = layoutRows(all, none, 500)
    expect(rowAt(layout, GROUP_HEIGHT + 1)?.key).toBe('track 1')
    expect(rowAt(layout, layout.height + 1)).toBeUndefined()
  })

  it('asks only for rows that show', () => {
    const layout = layoutRows(all, none, 10)
    expect(visibleTracks(layout, 0, 60)).toEqual([1, 2])
    expect(visibleTracks(layout, layout.height - 5, 60)).toEqual([6])
  })
})
