import { describe, expect, it } from 'vitest'
import type { TrackInfo } from '../../../main/run/contract.ts'
import {
  arrangeRows,
  movedTo,
  NO_CHOICES,
  PINNED,
  readChoices,
  withOrder,
  type RowActivity,
  type RowChoices,
} from '../../../renderer/timeline/row-order.ts'

const track = (
  id: number,
  kind: TrackInfo['kind'],
  group: string,
  name: string,
  subtitle = '',
): TrackInfo => ({ id, kind, group, name, subtitle, subject: id, pid: 1, measured: true })

/** The same program twice: other track ids, other processes. */
const program = (pid: number, from: number): TrackInfo[] => [
  track(from + 1, 'lane', `Process ${pid}`, 'MainThread'),
  track(from + 2, 'lane', `Process ${pid}`, 'Thread-1'),
  track(from + 3, 'lane', `Process ${pid + 5}`, 'MainThread'),
  track(from + 4, 'lane', `Process ${pid + 5}`, 'Thread-1'),
  track(from + 5, 'lock', 'Locks', 'tally', 'Lock, program.ts:12'),
  track(from + 6, 'queue', 'Queues', 'q'),
]
const arranged = (
  tracks: readonly TrackInfo[],
  choices: Partial<RowChoices> = {},
  more: { text?: string; activity?: RowActivity } = {},
) => {
  const { groups, hidden } = arrangeRows(tracks, { ...NO_CHOICES, ...choices }, more)
  return {
    hidden,
    ids: groups.map(({ name, tracks: rows }) => [name, ...rows.map(({ id }) => id)]),
  }
}

describe('arranged rows', () => {
  it('stand as they appeared while nothing was chosen, groups whole', () => {
    const mixed = [
      track(1, 'lane', 'a', 'x'),
      track(2, 'lane', 'b', 'y'),
      track(3, 'lane', 'a', 'z'),
    ]
    expect(arranged(mixed).ids).toEqual([
      ['a', 1, 3],
      ['b', 2],
    ])
  })

  it('hold from run to run although ids and processes change', () => {
    const choices = {
      pinned: ['lane Thread-1 2', 'lock tally'],
      order: ['group Queues', 'group Process # 2'],
      collapsed: ['group Process #'],
    }
    for (const [pid, from] of [
      [4711, 0],
      [9, 300],
    ] as const) {
      const { groups } = arrangeRows(program(pid, from), { ...NO_CHOICES, ...choices })
      expect(groups.map(({ name }) => name)).toEqual([
        PINNED,
        'Queues',
        `Process ${pid + 5}`,
        `Process ${pid}`,
      ])
      expect(groups[0]?.tracks.map(({ id }) => id - from)).toEqual([4, 5])
      expect(groups.filter(({ folded }) => folded).map(({ name }) => name)).toEqual([
        `Process ${pid}`,
      ])
    }
  })

  it('appear after those that were put in order, not before', () => {
    const rows = [1, 2, 3, 4].map((id) => track(id, 'lane', 'p', `t${id}`))
    expect(arranged(rows, { order: ['lane t3', 'lane t1'] }).ids).toEqual([['p', 3, 1, 2, 4]])
  })

  it('are all kept or left out: what is hidden is counted', () => {
    const rows = program(1, 0)
    expect(arranged(rows, { hiddenKinds: ['lane'] })).toEqual({
      hidden: 4,
      ids: [
        ['Locks', 5],
        ['Queues', 6],
      ],
    })
  })

  it('are found by name, second line and group, in any case; a text that names none hides none', () => {
    const rows = program(77, 0)
    expect(arranged(rows, {}, { text: 'PROGRAM.ts' }).ids).toEqual([['Locks', 5]])
    expect(arranged(rows, {}, { text: '1 thread- process 82' }).ids).toEqual([['Process 82', 4]])
    expect(arranged(rows, {}, { text: 'finished in' }).hidden).toBe(0)
  })

  it('stay while it is not known whether they did anything', () => {
    const rows = program(1, 0)
    const activity = {
      listed: new Set([1, 2, 5]),
      active: new Set([1, 2]),
      contended: new Set([2]),
    }
    expect(arranged(rows, { hideIdle: true }).hidden).toBe(0)
    expect(arranged(rows, { hideIdle: true }, { activity }).hidden).toBe(1)
    expect(arranged(rows, { onlyContended: true }, { activity }).hidden).toBe(2)
  })
})

describe('moving', () => {
  it('puts one key among its siblings and leaves the others in order', () => {
    const keys = ['a', 'b', 'c', 'd']
    expect(movedTo(keys, 'a', 2)).toEqual(['b', 'c', 'a', 'd'])
    expect(movedTo(keys, 'd', -5)).toEqual(['d', 'a', 'b', 'c'])
    expect(movedTo(keys, 'b', 99)).toEqual(['a', 'c', 'd', 'b'])
  })

  it('keeps the order of rows of other groups', () => {
    expect(withOrder(['x', 'a', 'y'], ['b', 'a'])).toEqual(['x', 'y', 'b', 'a'])
  })
})

describe('choices read back', () => {
  it('from anything at all: what does not fit is left out', () => {
    for (const junk of [
      undefined,
      null,
      3,
      'x',
      [],
      { pinned: 5, order: [1, 'a'], hideIdle: 'yes' },
    ])
      expect(() => arrangeRows(program(1, 0), readChoices(junk))).not.toThrow()
    expect(
      readChoices({ order: [1, 'a'], hiddenKinds: ['lock', 'door'], hideIdle: 'yes' }),
    ).toEqual({
      ...NO_CHOICES,
      order: ['a'],
      hiddenKinds: ['lock'],
    })
  })

  it('are what was kept', () => {
    const choices: RowChoices = {
      pinned: ['a'],
      order: ['b'],
      collapsed: ['c'],
      hiddenKinds: ['event'],
      onlyContended: true,
      hideIdle: true,
    }
    expect(readChoices(JSON.parse(JSON.stringify(choices)))).toEqual(choices)
  })
})
