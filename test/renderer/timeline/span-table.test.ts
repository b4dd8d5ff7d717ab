import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { TrackInfo } from '../../../main/run/contract.ts'
import { LaneState } from '../../../main/trace/model.ts'
import { spanTable, MOST_SPANS } from '../../../renderer/timeline/span-table.ts'
import { range } from '../../../renderer/timeline/time-scale.ts'
import type { PlacedSlice } from '../../../renderer/timeline/view-loader.ts'

const info = (id: number, kind: TrackInfo['kind'], name: string, subject = id): TrackInfo => ({
  ...{ id, kind, name, subject, group: '', subtitle: '', pid: 1, measured: true },
})
const lane = info(1, 'lane', 'worker-1')
const lock = info(9, 'lock', 'tally', 77)
const tracks = [lane, lock]

const placed = (states: readonly number[], length: number, track = 1): PlacedSlice => ({
  ...range(1_000, 1_000 + states.length * length),
  width: 900,
  newest: nanoseconds(1e12),
  slice: {
    track,
    spans: {
      starts: Float64Array.from(states, (_, index) => index * length),
      end: states.length * length,
      states: Uint8Array.from(states),
      details: Uint32Array.from(states, (state) =>
        state === LaneState.waiting ? 77 : track === 9 ? 1 : 0,
      ),
    },
  },
})

describe('the table of what is in view', () => {
  it('has the spans that are drawn with what they are about, and no others', () => {
    const slice = placed(
      [LaneState.running, LaneState.waiting, LaneState.none, LaneState.running],
      10,
    )
    const table = spanTable(lane, slice, range(1_005, 1_035), tracks)
    expect(table.lines.map(({ from, to, state, about }) => [from, to, state, about])).toEqual([
      [1_000, 1_010, LaneState.running, ''],
      [1_010, 1_020, LaneState.waiting, 'tally'],
      [1_030, 1_040, LaneState.running, ''],
    ])
    expect(spanTable(lane, slice, range(1_011, 1_019), tracks).lines).toHaveLength(1)
    expect(table.others).toBe(0)
  })

  it('says who held a lock', () => {
    const slice = placed([LaneState.holding], 10, 9)
    const [line] = spanTable(lock, slice, range(1_000, 1_010), tracks).lines
    expect(line).toMatchObject({ what: 'Held, others wait', about: 'by worker-1' })
  })

  it('is bounded, and counts what it leaves out', () => {
    const states = Array.from({ length: 1_000 }, () => LaneState.running)
    const table = spanTable(lane, placed(states, 10), range(0, 1e6), tracks)
    expect(table.lines).toHaveLength(MOST_SPANS)
    expect(table.others).toBe(1_000 - MOST_SPANS)
  })

  it('tells merged spans by their number and their states by time', () => {
    const merged: PlacedSlice = {
      ...range(0, 200),
      width: 2,
      newest: nanoseconds(1e9),
      slice: {
        track: 1,
        bins: {
          states: Uint8Array.of(LaneState.running, LaneState.waiting),
          shares: Uint8Array.of(255, 51, 0, 204),
          counts: Uint16Array.of(40, 2),
        },
      },
    }
    const { lines, others, states } = spanTable(lane, merged, range(0, 200), tracks)
    expect(lines).toEqual([])
    expect(others).toBe(42)
    expect(states.map(({ state, share }) => [state, Math.round(share * 100)])).toEqual([
      [LaneState.running, 60],
      [LaneState.waiting, 40],
    ])
  })
})
