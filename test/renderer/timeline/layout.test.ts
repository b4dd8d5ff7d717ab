import { describe, expect, it } from 'vitest'
import type { TrackInfo } from '../../../main/run/contract.ts'
import {
  GROUP_HEIGHT,
  layoutRows,
  rowOnScreen,
  screenTop,
  type Layout,
  rowAt,
  STRETCH_LEAST,
  STRETCH_MOST,
  visibleTracks,
} from '../../../renderer/timeline/layout.ts'
import { arrangeRows, NO_CHOICES, type RowChoices } from '../../../renderer/timeline/row-order.ts'

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
const lay = (
  tracks: readonly TrackInfo[],
  available: number,
  choices: Partial<RowChoices> = {},
): Layout => layoutRows(arrangeRows(tracks, { ...NO_CHOICES, ...choices }).groups, available)

const laneHeight = (available: number): number =>
  lay(all, available).rows.find((row) => row.type === 'track')?.height ?? 0

describe('layout of rows', () => {
  it('stacks rows without gap or overlap', () => {
    const { rows, height } = lay(all, 500)
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
    expect(lay(all, 10).height).toBeGreaterThan(10)
    expect(lay(all, 400).height).toBeLessThanOrEqual(400)
  })

  it('keeps the tracks of a group together in the order of appearance', () => {
    const mixed = [track(1, 'lane', 'a'), track(2, 'lane', 'b'), track(3, 'lane', 'a')]
    const keys = lay(mixed, 300).rows.map((row) => row.key)
    expect(keys).toEqual(['group a', 'track 1', 'track 3', 'group b', 'track 2'])
  })

  it('leaves only the head of a folded group', () => {
    const { rows } = lay(all, 500, { collapsed: ['group process #'] })
    expect(rows[0]).toMatchObject({ type: 'group', folded: true, size: 4, height: GROUP_HEIGHT })
    expect(rows.filter((row) => row.type === 'track')).toHaveLength(2)
  })

  it('finds the row under a point, and none below the last', () => {
    const layout = lay(all, 500)
    expect(rowAt(layout, GROUP_HEIGHT + 1)?.key).toBe('track 1')
    expect(rowAt(layout, layout.height + 1)).toBeUndefined()
  })

  it('asks only for rows that show', () => {
    const layout = lay(all, 10)
    expect(visibleTracks(layout, 0, 60)).toEqual([1, 2])
    expect(visibleTracks(layout, layout.height - 5, 60)).toEqual([6])
  })

  it('keeps pinned rows in view while the others scroll beneath them', () => {
    const layout = lay(all, 400, { pinned: ['lock row 5'] })
    expect(layout.rows.slice(0, 2).map((row) => row.key)).toEqual(['group Pinned', 'track 5'])
    const [, pinned, , first] = layout.rows
    if (!pinned || !first) throw new Error('rows are missing')
    expect(layout.pinnedHeight).toBe(pinned.top + pinned.height)
    expect(screenTop(layout, pinned, 50)).toBe(pinned.top)
    expect(screenTop(layout, first, 50)).toBe(first.top - 50)
    expect(rowOnScreen(layout, pinned.top + 1, 50)).toBe(pinned)
    expect(rowOnScreen(layout, layout.pinnedHeight + 1, 70)?.top).toBeGreaterThan(pinned.top)
    expect(visibleTracks(layout, layout.height - 5, 60)).toContain(5)
  })

  it('lets pinned rows scroll that would leave no room for the others', () => {
    const pinned = [1, 2, 3, 4].map((id) => `lane row ${id}`)
    expect(lay(all, 120, { pinned }).pinnedHeight).toBe(0)
  })
})
