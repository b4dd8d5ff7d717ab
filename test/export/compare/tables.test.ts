import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import { caveatsOf, type Origin } from '../../../main/export/compare/caveats.ts'
import {
  casesOf,
  mainCase,
  wholeAsSection,
  type Member,
} from '../../../main/export/compare/members.ts'
import { comparisonDocument, comparisonRecords } from '../../../main/export/compare/records.ts'
import {
  compareMembers,
  type ComparedRow,
  type TableName,
} from '../../../main/export/compare/tables.ts'
import {
  absoluteText,
  cellText,
  footnote,
  shownText,
  unmatchedTexts,
  worthOf,
} from '../../../main/export/compare/words.ts'
import type { MeasuredSection } from '../../../main/run/contract.ts'
import { ResourceKind } from '../../../main/trace/model.ts'
import { lane, lock, queue, section } from '../../demos/figures.ts'

const member = (name: string, sections: readonly MeasuredSection[]): Member => ({ name, sections })
const lasting = (...times: readonly number[]): readonly MeasuredSection[] =>
  times.map((elapsed, index) => section({ variant: 'v', elapsed, repeat: index + 1 }))

function row(members: readonly Member[], table: TableName, what: string): ComparedRow {
  const rows = compareMembers(members).find(({ name }) => name === table)?.rows ?? []
  const found = rows.find(({ subject, figure }) =>
    subject === '' ? figure === what : `${subject}: ${figure}` === what,
  )
  if (!found) throw new Error(`no row ${what} of ${rows.map((each) => each.figure).join()}`)
  return found
}
const says = (members: readonly Member[], table: TableName, what: string) =>
  row(members, table, what).cells.map((cell) => cell?.difference && shownText(cell.difference))

const SLOW = member('slow', lasting(200, 210, 220))
const QUICK = member('quick', lasting(100, 104, 110))

describe('the table of times', () => {
  test('compares every member with the first one, by medians', () => {
    const { cells } = row([SLOW, QUICK, SLOW], 'elapsed', 'Elapsed')
    expect(cells.map((cell) => cell?.median)).toEqual([210, 104, 210])
    expect(cells[0]?.difference).toBeUndefined()
    expect(cells[1]?.difference).toMatchObject({ shown: 'less', absolute: -106 })
    expect(cells[1]?.difference?.ratio).toBeCloseTo(104 / 210)
    expect(cells[2]?.difference).toMatchObject({ shown: 'not shown', absolute: 0 })
  })

  test('says the opposite when the members change places', () => {
    expect(says([SLOW, QUICK], 'elapsed', 'Elapsed')).toEqual([undefined, 'less'])
    expect(says([QUICK, SLOW], 'elapsed', 'Elapsed')).toEqual([undefined, 'more'])
  })

  test('claims nothing where times overlap, nor of one repeat', () => {
    const broad = member('broad', lasting(90, 205, 330))
    expect(says([SLOW, broad], 'elapsed', 'Elapsed')).toEqual([undefined, 'no difference shown'])
    const once = [member('a', lasting(100)), member('b', lasting(900))]
    expect(says(once, 'elapsed', 'Elapsed')).toEqual([undefined, ''])
    expect(footnote(compareMembers(once))).toContain('Nothing is claimed')
  })

  test('calls less time better, more of it worse, and none of it neither', () => {
    const worth = (members: readonly Member[]) => {
      const told = row(members, 'elapsed', 'Elapsed')
      const difference = told.cells[1]?.difference
      return difference && worthOf(difference, told)
    }
    expect(worth([SLOW, QUICK])).toBe('better')
    expect(worth([QUICK, SLOW])).toBe('worse')
    expect(worth([QUICK, QUICK])).toBeUndefined()
  })
})

describe('rows', () => {
  const withLanes = (...lanes: Parameters<typeof lane>[0][]): Member =>
    member(
      'm',
      [1, 2, 3].map((repeat) =>
        section({ variant: 'v', elapsed: 100, repeat, lanes: lanes.map(lane) }),
      ),
    )

  test('of lanes are matched by name, whatever their processes and tracks', () => {
    const one = withLanes({ name: 'Worker-1', running: 60, waitedLock: 40, waiting: 40, pid: 7 })
    const other = withLanes({ name: 'Worker-1', running: 90, pid: 9, track: 44 })
    const { cells } = row([one, other], 'lanes', 'Worker-1: running')
    expect(cells.map((cell) => [cell?.median, cell?.share])).toEqual([
      [60, 0.6],
      [90, 1],
    ])
    expect(says([one, other], 'lanes', 'Worker-1: waiting for locks')).toEqual([undefined, 'less'])
    expect(says([other, one], 'lanes', 'Worker-1: waiting for locks')).toEqual([undefined, 'more'])
  })

  test('of two lanes of one name are told apart', () => {
    const two = withLanes({ name: 'MainThread', running: 10 }, { name: 'MainThread', running: 30 })
    expect(row([two, two], 'lanes', 'MainThread: running').cells[0]?.median).toBe(10)
    expect(row([two, two], 'lanes', 'MainThread, no. 2: running').cells[0]?.median).toBe(30)
    expect(row([two, two], 'lanes', 'All lanes: running').cells[0]?.median).toBe(40)
  })

  test('that only one member has say so, and are compared with nothing', () => {
    const one = withLanes({ name: 'Thread-1', running: 10 })
    const other = withLanes(
      { name: 'Thread-1', running: 10 },
      { name: 'Thread-2', running: 10 },
      { name: 'Thread-3', running: 10 },
    )
    const members = [one, other, other]
    const lanes = compareMembers(members).find(({ name }) => name === 'lanes')
    expect(unmatchedTexts(lanes?.unmatched ?? [])).toEqual(['Only in B and C: Thread-2, Thread-3.'])
    const { cells, unit } = row(members, 'lanes', 'Thread-2: running')
    expect(cells[0]).toBeUndefined()
    expect(cells[1]?.difference).toBeUndefined()
    expect(cellText(cells[0], unit)).toBe('–')
    expect(compareMembers([one, one])[1]?.unmatched).toEqual([])
  })

  test('of resources are matched by kind as well', () => {
    const held = (kind: ResourceKind) =>
      member('m', [
        section({ variant: 'v', elapsed: 9, locks: [lock({ name: 'guard', kind, acquired: 3 })] }),
      ])
    const tables = compareMembers([held(ResourceKind.lock), held(ResourceKind.rlock)])
    expect(unmatchedTexts(tables.find(({ name }) => name === 'locks')?.unmatched ?? [])).toEqual([
      'Only in A: guard (Lock).',
      'Only in B: guard (RLock).',
    ])
  })

  test('count what a repeat did not use as zero', () => {
    const some = member('m', [
      section({ variant: 'v', elapsed: 9, queues: [queue({ name: 'q', puts: 4 })] }),
      section({ variant: 'v', elapsed: 9 }),
      section({ variant: 'v', elapsed: 9 }),
    ])
    expect(row([some, some], 'queues', 'q (Queue): puts').cells[0]?.values).toEqual([4, 0, 0])
  })

  test('have no residence of what a repeat did not use, or put in and never got', () => {
    const used = (gets: number, residenceMedian: number) =>
      section({ variant: 'v', elapsed: 9, queues: [queue({ name: 'q', gets, residenceMedian })] })
    const some = member('m', [used(4, 70), section({ variant: 'v', elapsed: 9 }), used(0, 0)])
    const { cells } = row([some], 'queues', 'q (Queue): residence, median')
    expect(cells[0]).toMatchObject({ values: [70], median: 70 })
  })

  test('of states that nobody was in are left out, and of what nobody knows', () => {
    const { rows } = compareMembers([withLanes({ running: 1 })])[1] ?? { rows: [] }
    expect(rows.map(({ figure }) => figure)).toEqual(['running', 'running'])
  })

  test('of a lock show both ways who is contended', () => {
    const guarded = (contended: number, waitedFor: number) =>
      member(
        'm',
        [0, 1, 2].map((extra) =>
          section({
            variant: 'v',
            elapsed: 9,
            locks: [lock({ acquired: 100, contended: contended + extra, waitedFor })],
          }),
        ),
      )
    const members = [guarded(80, 900), guarded(10, 100)]
    expect(says(members, 'locks', 'lock: contended')[1]).toBe('less')
    expect(says(members.toReversed(), 'locks', 'lock: contended')[1]).toBe('more')
    expect(says(members, 'locks', 'lock: acquired')[1]).toBe('the same')
    expect(row(members, 'locks', 'lock: contended').cells[1]?.share).toBeCloseTo(0.11)
  })
})

describe('a member', () => {
  test('is the case that a run was about, not its baseline', () => {
    const sections = [
      section({ variant: 'one', elapsed: 1 }),
      section({ variant: 'two', elapsed: 2 }),
      section({ variant: 'one', elapsed: 3, repeat: 2 }),
    ]
    const cases = casesOf(sections)
    expect(cases.map((each) => [each.label, each.sections.length])).toEqual([
      ['one', 2],
      ['two', 1],
    ])
    expect(mainCase(cases, { variant: 'two' })?.label).toBe('two')
    expect(mainCase(cases, { variant: 'gone' })?.label).toBe('one')
  })

  test('has repeats with numbers of their own, also where a recording says otherwise', () => {
    const same = [1, 2, 3].map((elapsed) => section({ variant: 'one', elapsed, repeat: 1 }))
    expect(casesOf(same)[0]?.sections.map(({ repeat }) => repeat)).toEqual([1, 2, 3])
    const gone = [2, 5].map((repeat) => section({ variant: 'one', elapsed: 1, repeat }))
    expect(casesOf(gone)[0]?.sections.map(({ repeat }) => repeat)).toEqual([2, 5])
  })

  test('of a recording without sections is all of it, and claims no time it does not know', () => {
    const whole = wholeAsSection(
      {
        lanes: [],
        locks: [],
        queues: [
          {
            ...{ track: 1, name: 'q', kind: 'Queue', madeAt: '', capacity: 0, puts: 5, gets: 4 },
            ...{ depth: 1, maximumDepth: 3, putRate: 1, getRate: 1 },
            residence: { count: 4, median: 7, p90: 8, p99: 9, maximum: 9 },
          },
        ],
        counters: [],
        concurrency: { mean: 1.5, byCount: new Float64Array(2) },
      },
      nanoseconds(1_000),
    )
    const told = [member('a', [whole]), member('b', [whole])]
    const figures = compareMembers(told).find(({ name }) => name === 'queues')?.rows
    expect(figures?.map(({ figure }) => figure)).toEqual([
      ...['puts', 'gets', 'deepest', 'residence, median'],
    ])
  })
})

/** One of each, as the tables of a whole recording tell them. */
function wholeOf(kind: string): MeasuredSection {
  const named = { track: 1, name: 'it', kind, madeAt: '' }
  const times = { count: 1, median: 1, p90: 1, p99: 1, maximum: 1 }
  const lockRow = { ...named, acquired: 3, contended: 1, switches: 0, heldFor: 9, waitedFor: 5 }
  const queueRow = { ...named, capacity: 0, puts: 5, gets: 4, depth: 1, maximumDepth: 3 }
  const counterRow = { ...named, capacity: 2, used: 3, contended: 1, value: 0, maximum: 2 }
  return wholeAsSection(
    {
      lanes: [],
      locks: [{ ...lockRow, hold: times, wait: times, longest: [] }],
      queues: [{ ...queueRow, putRate: 1, getRate: 1, residence: times }],
      counters: [{ ...counterRow, wait: times }],
      concurrency: { mean: 1, byCount: new Float64Array(2) },
    },
    nanoseconds(1_000),
  )
}

test.each([
  ['locks', 'RLock', ResourceKind.rlock],
  ['queues', 'Pipe', ResourceKind.pipe],
  ['queues', 'Process queue', ResourceKind.processQueue],
  ['counters', 'Semaphore', ResourceKind.semaphore],
  ['counters', 'Pool', ResourceKind.pool],
] as const)(
  'a whole recording’s %s keep their kind, %s, and match a section’s',
  (table, name, kind) => {
    const whole = wholeOf(name)
    expect(whole[table][0]?.kind).toBe(kind)
    const measured = section({
      ...{ variant: 'v', elapsed: 9 },
      locks: [lock({ name: 'it', kind, acquired: 3 })],
      queues: [queue({ name: 'it', kind, puts: 3 })],
      counters: whole.counters.map((counter) => ({ ...counter, kind })),
    })
    const compared = compareMembers([member('a', [whole]), member('b', [measured])])
    const found = compared.find((each) => each.name === table)
    expect(found?.unmatched).toEqual([])
    expect(found?.rows[0]?.subject).toBe(`it (${name})`)
  },
)

describe('what else differs', () => {
  const origin = (fields: Partial<Origin> & { demo?: string; count?: number } = {}): Origin => ({
    request: {
      demo: fields.demo ?? 'gil-countdown',
      variant: 'v',
      parameters: { count: fields.count ?? 5 },
    },
    environment: { platform: 'linux', processors: 2 },
    dropped: 0,
    ...fields,
  })

  test('is nothing where nothing does', () => {
    expect(caveatsOf([origin(), origin()])).toEqual([])
  })

  test('is said: demos, parameters, machines, what is missing', () => {
    expect(caveatsOf([origin(), origin({ demo: 'pool-map', count: 9 })])).toEqual([
      'Different demos: A gil-countdown, B pool-map.',
    ])
    expect(caveatsOf([origin(), origin({ count: 9 })])).toEqual(['Different count: A 5, B 9.'])
    const elsewhere = origin({ environment: { platform: 'darwin', processors: 8 } })
    expect(caveatsOf([origin(), elsewhere])[0]).toMatch(
      /^Different machines: A linux, 2 .*B darwin/,
    )
    expect(caveatsOf([origin(), origin({ missing: 'its end.', dropped: 3 })])).toEqual([
      'B was cut short: its end.',
      'B lost 3 events: its counts are lower bounds.',
    ])
  })
})

describe('as a file', () => {
  const members = [SLOW, QUICK]
  const tables = compareMembers(members)

  test('has a line a row and member, each as long as the header, unrounded', () => {
    const { header, records } = comparisonRecords(members, tables)
    expect(records.every(({ length }) => length === header.length)).toBe(true)
    const [first, second] = records
    expect(first?.slice(0, 8)).toEqual(['elapsed', '', 'Elapsed', 'ns', 'A', 'slow', 3, 210])
    expect(second?.at(-1)).toBe('100 104 110')
    expect(second?.at(-2)).toBe('less')
  })

  test('is a document that JSON can say', () => {
    const document = comparisonDocument(members, ['x'], tables)
    expect(JSON.parse(JSON.stringify(document))).toMatchObject({
      members: [
        { letter: 'A', name: 'slow', repeats: 3 },
        { letter: 'B', name: 'quick', repeats: 3 },
      ],
      caveats: ['x'],
      tables: [{ name: 'elapsed' }],
    })
  })
})

test('differences are written with a sign', () => {
  const told = { shown: 'untested', ratio: 2 } as const
  expect(absoluteText({ ...told, absolute: 5 }, 'count')).toBe('+5')
  expect(absoluteText({ ...told, absolute: -5 }, 'count')).toBe('−5')
  expect(absoluteText({ ...told, absolute: 0 }, 'ns')).toBe('0\u00a0s')
})
