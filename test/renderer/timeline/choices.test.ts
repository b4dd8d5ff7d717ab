/** What a person chooses on a timeline: ranges, notes, matches, segments, items, rows. */
import { beforeEach, describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { Note, TablesAnswer } from '../../../main/run/contract.ts'
import { SyntheticTrace } from '../../../renderer/gallery/synthetic.ts'
import { Asking } from '../../../renderer/timeline/asking.ts'
import { CriticalPath } from '../../../renderer/timeline/critical-path.svelte.ts'
import { Find } from '../../../renderer/timeline/find.svelte.ts'
import { Flows } from '../../../renderer/timeline/flows.svelte.ts'
import { Notes } from '../../../renderer/timeline/notes.svelte.ts'
import { Rows, type RowMemory } from '../../../renderer/timeline/rows.svelte.ts'
import { range } from '../../../renderer/timeline/time-scale.ts'
import { TimelineState } from '../../../renderer/timeline/timeline-state.svelte.ts'
import { FakeSource, settle } from './fake-source.ts'

const MS = 1e6
const none = { lanes: [], locks: [], queues: [], counters: [] }
const tables = (mean: number): TablesAnswer => ({
  ...none,
  concurrency: { mean, byCount: new Float64Array(0) },
})
const asking = (source: FakeSource): Asking => {
  const made = new Asking()
  made.attach(source)
  return made
}

describe('a selected range', () => {
  let timeline: TimelineState
  beforeEach(() => {
    const trace = new SyntheticTrace('lock', { seed: 7 })
    timeline = new TimelineState()
    timeline.attach(trace)
    timeline.setTracks(trace.tracks)
    timeline.setStatus(trace.status)
    timeline.show(range(1_000 * MS, 1_100 * MS))
    return () => timeline.detach()
  })

  it('lies within the run and in order, whichever way it was drawn', () => {
    timeline.selected.select(1_050 * MS, 1_020 * MS)
    expect(timeline.selectedRange).toEqual(range(1_020 * MS, 1_050 * MS))
    timeline.selected.select(-5 * MS, 1e15)
    expect(timeline.selectedRange).toEqual(range(0, timeline.newest))
    timeline.selected.select(3, 3)
    expect(timeline.selectedRange).toBeUndefined()
  })

  it('grows and shrinks at the end that moves, through its beginning to the other side', () => {
    timeline.selected.select(1_050 * MS, 1_054 * MS)
    timeline.actions.extendRange(0.02)
    expect(timeline.selectedRange?.to).toBeCloseTo(1_056 * MS)
    for (let press = 0; press < 5; press++) timeline.actions.extendRange(-0.02)
    expect(timeline.selectedRange?.from).toBeCloseTo(1_046 * MS)
    expect(timeline.selectedRange?.to).toBeCloseTo(1_050 * MS)
  })

  it('has an in and an out point, in any order, and the view for the one that is missing', () => {
    timeline.selected.setIn(1_030 * MS)
    expect(timeline.selectedRange).toEqual(range(1_030 * MS, 1_100 * MS))
    timeline.selected.setOut(1_060 * MS)
    expect(timeline.selectedRange).toEqual(range(1_030 * MS, 1_060 * MS))
    timeline.selected.setOut(1_010 * MS)
    expect(timeline.selectedRange).toEqual(range(1_000 * MS, 1_010 * MS))
  })

  it('is let go of by Escape only after what is selected in it', async () => {
    timeline.selected.select(1_020 * MS, 1_080 * MS)
    await timeline.jump('next', 'contention')
    timeline.actions.clear()
    expect(timeline.selection).toBeUndefined()
    expect(timeline.selectedRange).toBeDefined()
    expect(timeline.actions.isAnythingChosen).toBe(true)
    timeline.actions.clear()
    expect(timeline.selectedRange).toBeUndefined()
    expect(timeline.actions.isAnythingChosen).toBe(false)
  })

  it('never shows the figures of another range', async () => {
    let mean = 0
    const source = new FakeSource({ tables: () => tables(++mean) })
    timeline.attach(source)
    timeline.setNewest(nanoseconds(1e9), { running: false })
    timeline.selected.select(0, 5)
    timeline.selected.clear()
    await settle()
    expect(timeline.selected.tables).toBeUndefined()
    timeline.selected.select(0, 6)
    timeline.selected.select(0, 7)
    await settle()
    expect(timeline.selected.tables).toBeUndefined()
  })
})

describe('notes', () => {
  const run = () => {
    let all: Note[] = []
    let id = 0
    const source = new FakeSource({
      notes: () => [...all].sort((left, right) => left.from - right.from),
      addNote: (note) => {
        const added = { ...note, id: ++id }
        all = [...all, added]
        return added
      },
      removeNote: ({ id: gone }) => {
        all = all.filter((note) => note.id !== gone)
        return null
      },
    })
    return { source, notes: new Notes(asking(source)) }
  }

  it('of a recording that was still being read when it was opened are asked for again', async () => {
    const note: Note = { id: 1, ...range(10, 20), text: 'here' }
    let isRead = false
    const asked: string[] = []
    const source = new FakeSource({
      notes: () => {
        asked.push('notes')
        if (!isRead) throw new Error('the recording is not open')
        return [note]
      },
    })
    const trace = new SyntheticTrace('lock', { seed: 7 })
    const timeline = new TimelineState()
    timeline.attach(source)
    timeline.setTracks([])
    await settle()
    expect(timeline.notes.all).toEqual([])
    isRead = true
    timeline.setTracks(trace.tracks)
    await settle()
    expect(timeline.notes.all).toEqual([note])
    timeline.setTracks(trace.tracks)
    await settle()
    expect(asked).toHaveLength(2)
    timeline.detach()
  })

  it('are kept by the run, edited in their place, and removed', async () => {
    const { notes } = run()
    notes.begin(range(50, 60))
    await notes.save('  the lock is held too long ')
    notes.begin(range(10, 10))
    await notes.save('start')
    expect(notes.all.map(({ text }) => text)).toEqual(['start', 'the lock is held too long'])
    const [first] = notes.all
    if (!first) throw new Error('no note')
    notes.edit(first)
    await notes.save('the start')
    expect(notes.all.map(({ text, from }) => [text, from])).toEqual([
      ['the start', 10],
      ['the lock is held too long', 50],
    ])
    expect(notes.current?.text).toBe('the start')
    await notes.remove(notes.selected ?? 0)
    expect(notes.all).toHaveLength(1)
    expect(notes.selected).toBeUndefined()
  })

  it('without words are none: nothing is added, and an old one goes', async () => {
    const { notes, source } = run()
    notes.begin(range(1, 1))
    await notes.save(' \n ')
    expect(source.count('addNote')).toBe(0)
    expect(notes.draft).toBeUndefined()
    notes.begin(range(1, 1))
    await notes.save('x')
    const [note] = notes.all
    if (note) notes.edit(note)
    await notes.save('')
    expect(notes.all).toEqual([])
  })

  it('that the run refuses stay in the editor with the reason', async () => {
    const notes = new Notes(asking(new FakeSource({ notes: () => [] })))
    notes.begin(range(1, 1))
    await notes.save('kept?')
    expect(notes.problem).toBe('addNote is refused')
    expect(notes.draft).toBeDefined()
  })

  it('come one after the other from where the view is', async () => {
    const { notes } = run()
    for (const from of [10, 20, 30]) {
      notes.begin(range(from, from))
      await notes.save(`at ${from}`)
    }
    notes.selected = undefined
    expect(notes.neighbour('next', 15)?.from).toBe(20)
    expect(notes.neighbour('previous', 15)?.from).toBe(10)
    notes.selected = notes.all[1]?.id
    expect(notes.neighbour('next', 0)?.from).toBe(30)
    expect(notes.neighbour('previous', 99)?.from).toBe(10)
  })
})

describe('matches of a search', () => {
  const times = [10, 20, 30]
  const source = () =>
    new FakeSource({
      search: ({ text }) => ({
        matches: times.map((time) => ({
          kind: 'output' as const,
          time: nanoseconds(time),
          track: 1,
          text,
        })),
        total: 3,
      }),
    })

  it('begin at the one nearest to the view and go round at the ends', async () => {
    const find = new Find(asking(source()), () => undefined)
    find.type('x')
    await settle()
    expect(find.step('next', 15)?.time).toBe(20)
    expect(find.step('next', 0)?.time).toBe(30)
    expect(find.step('next', 0)?.time).toBe(10)
    expect(find.step('previous', 0)?.time).toBe(30)
  })

  it('stay where they are while the run goes on and there are more', async () => {
    let earlier = 0
    const growing = new FakeSource({
      search: ({ text }) => ({
        matches: Array.from({ length: 3 + earlier }, (_, index) => ({
          ...{ kind: 'output' as const, track: 1, text },
          time: nanoseconds(10 * (index + 1 - earlier)),
        })),
        total: 3 + earlier,
      }),
    })
    const find = new Find(asking(growing), () => undefined)
    find.open()
    find.type('x')
    await settle()
    expect(find.step('next', 15)?.time).toBe(20)
    earlier = 2
    await new Promise((resolve) => setTimeout(resolve, 170))
    find.refresh()
    await settle()
    expect(find.current?.time).toBe(20)
    expect(find.index).toBe(3)
  })

  it('before the first one, going back comes to the last', async () => {
    const find = new Find(asking(source()), () => undefined)
    find.type('x')
    await settle()
    expect(find.step('previous', 5)?.time).toBe(30)
  })

  it('of a text that was changed meanwhile are dropped, and rows are told of each text', async () => {
    const texts: string[] = []
    const find = new Find(asking(source()), (text) => texts.push(text))
    find.type('x')
    find.type('')
    await settle()
    expect(find.matches).toEqual([])
    find.type('lock')
    find.close()
    expect(texts).toEqual(['x', '', 'lock', ''])
  })
})

describe('the critical path', () => {
  const answer = {
    ...range(0, 100),
    tracks: Uint32Array.of(1, 2, 1),
    starts: Float64Array.of(0, 40, 70),
    ends: Float64Array.of(40, 70, 100),
    resources: Uint32Array.of(0, 101, 101),
    cut: false,
    facts: [],
  }

  it('is asked for only while it is shown, and walked from its end', async () => {
    const source = new FakeSource({ criticalPath: () => answer })
    const path = new CriticalPath(asking(source), () => undefined)
    path.want(range(0, 100))
    await settle()
    expect(source.asked).toEqual([])
    path.toggle()
    path.want(range(0, 100))
    await settle()
    expect(path.length).toBe(3)
    expect(path.step('previous')).toMatchObject({ track: 1, from: 70, to: 100, resource: 101 })
    expect(path.step('next')?.index).toBe(2)
    expect(path.step('previous')?.track).toBe(2)
    path.toggle()
    expect(path.answer).toBeUndefined()
  })
})

describe('ways of items', () => {
  const flows = (putTimes: readonly number[]) => ({
    ...range(0, 100),
    queues: new Uint32Array(putTimes.length).fill(101),
    putLanes: new Uint32Array(putTimes.length).fill(1),
    putTimes: Float64Array.from(putTimes),
    getLanes: new Uint32Array(putTimes.length).fill(2),
    getTimes: Float64Array.from(putTimes, (time) => time + 3),
    total: putTimes.length,
  })

  it('that are too many are none, and a selected one is found again in the next view', async () => {
    let put = [10, 20, 30]
    const source = new FakeSource({
      flows: ({ limit }) => (put.length > limit ? { ...flows([]), total: put.length } : flows(put)),
    })
    const items = new Flows(asking(source), () => undefined)
    items.want({ ...range(0, 100), tracks: [101] })
    await settle()
    expect(items.select(1)?.putTime).toBe(20)
    put = [5, 10, 20]
    items.refresh()
    await new Promise((resolve) => setTimeout(resolve, 170))
    items.want({ ...range(0, 100), tracks: [101] })
    await settle()
    expect(items.shown).toBe(2)
    expect(items.step('previous')?.putTime).toBe(10)
    put = Array.from({ length: 5_000 }, (_, index) => index)
    await new Promise((resolve) => setTimeout(resolve, 170))
    items.want({ ...range(0, 200), tracks: [101] })
    await settle()
    expect(items.answer).toBeUndefined()
    expect(items.areTooMany).toBe(true)
    expect(items.selected?.putTime).toBe(10)
  })
})

describe('rows as they are arranged', () => {
  const tracks = new SyntheticTrace('lock', { seed: 7 }).tracks
  const lanes = tracks.filter(({ kind }) => kind === 'lane')
  const memory = () => {
    let kept: string | undefined
    const own: RowMemory = {
      read: (): unknown => (kept === undefined ? undefined : JSON.parse(kept)),
      keep: (choices) => (kept = JSON.stringify(choices ?? null)),
    }
    return own
  }
  const rowsWith = (own: RowMemory) => {
    const rows = new Rows(new Asking())
    rows.remember(own)
    rows.tracks = tracks
    return rows
  }
  const order = (rows: Rows) => rows.shown.map(({ name }) => name)

  it('move by one among their siblings, and are there again next time', () => {
    const own = memory()
    const rows = rowsWith(own)
    const [first, second] = lanes
    if (!first || !second) throw new Error('the scenario has no lanes')
    const before = order(rows)
    rows.move({ type: 'track', track: first.id }, 'up')
    expect(order(rows)).toEqual(before)
    rows.move({ type: 'track', track: first.id }, 'down')
    expect(order(rows).slice(0, 2)).toEqual([second.name, first.name])
    rows.move({ type: 'group', group: rows.groups.at(-1)?.name ?? '' }, 'up')
    const moved = order(rows)
    expect(order(rowsWith(own))).toEqual(moved)
    rows.reset()
    expect(order(rows)).toEqual(before)
    expect(order(rowsWith(own))).toEqual(before)
  })

  it('pinned come first, are not shown twice, and go back to their place', () => {
    const rows = rowsWith(memory())
    const before = order(rows)
    const last = rows.shown.at(-1)
    if (!last) throw new Error('no rows')
    rows.togglePin(last.id)
    expect(order(rows)).toEqual([last.name, ...before.slice(0, -1)])
    rows.togglePin(last.id)
    expect(order(rows)).toEqual(before)
  })

  it('are dragged only among rows of their own group', () => {
    const rows = rowsWith(memory())
    const before = order(rows)
    const [lane, lock] = [lanes[0], tracks.find(({ kind }) => kind === 'lock')]
    if (!lane || !lock) throw new Error('rows are missing')
    rows.moveOver({ type: 'track', track: lane.id }, { type: 'track', track: lock.id })
    expect(order(rows)).toEqual(before)
    const third = lanes[2]?.id ?? 0
    rows.moveOver({ type: 'track', track: lane.id }, { type: 'track', track: third })
    expect(order(rows).indexOf(lane.name)).toBe(2)
  })
})
