import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../../main/core/units.ts'
import { SyntheticTrace } from '../../../../renderer/gallery/synthetic.ts'
import {
  enginesOf,
  longestOf,
  pairsOf,
  rowsOf,
  sectionsMarked,
  sectionsMeasured,
} from '../../../../renderer/timeline/twin/sections.ts'
import { SectionSource } from '../../../../renderer/timeline/compare/section-source.ts'
import { range } from '../../../../renderer/timeline/time-scale.ts'

const [A, B] = ['CPython 3.13.0', 'CPython 3.13.0 free-threaded']
const measured = (engine: string, repeat: number, from: number, elapsed: number) => ({
  variant: `count@${engine}`,
  repeat,
  from: nanoseconds(from),
  elapsed: nanoseconds(elapsed),
})
const mark = (time: number, text: string, kind: 'section' | 'output' = 'section') => ({
  kind,
  time: nanoseconds(time),
  text,
})

/** The made-up run has three repeats on two engines, a process each. */
async function twins() {
  const trace = new SyntheticTrace('twins', { seed: 7 })
  trace.advance(trace.duration)
  const { matches } = await trace.ask('search', { text: '@' })
  const sections = sectionsMarked(matches, trace.newest)
  const pairs = pairsOf(sections, enginesOf(sections, A))
  return { trace, sections, pairs }
}

describe('sections of two engines', () => {
  it('are told apart by their labels; a run of one engine has none', () => {
    const sections = sectionsMeasured([
      measured(A, 1, 0, 30),
      measured(B, 1, 40, 20),
      { ...measured(A, 2, 70, 30), variant: 'count' },
    ])
    expect(sections.map(({ engine, repeat, from, to }) => [engine, repeat, from, to])).toEqual([
      [A, 1, 0, 30],
      [B, 1, 40, 60],
    ])
  })

  it('that are only marked last until the next one; what was printed is no mark', () => {
    const sections = sectionsMarked(
      [
        mark(90, `count@${A}`),
        mark(0, `count@${A}`),
        mark(50, `count@${B}`),
        mark(1, 'a@b', 'output'),
      ],
      120,
    )
    expect(sections.map(({ engine, repeat, to, isOpen }) => [engine, repeat, to, isOpen])).toEqual([
      [A, 1, 50, false],
      [B, 1, 90, false],
      [A, 2, 120, true],
    ])
  })

  it('are paired by repeat, whichever engine went first, and a missing one leaves its place', () => {
    const sections = sectionsMeasured([
      measured(B, 2, 200, 20),
      measured(A, 1, 0, 30),
      measured(B, 1, 40, 45),
    ])
    const pairs = pairsOf(sections, enginesOf(sections, A))
    expect(pairs.map(({ sections: both }) => both.map(({ engine }) => engine))).toEqual([
      [A, B],
      [B],
    ])
    expect(pairs.map(longestOf)).toEqual([45, 20])
    expect(enginesOf(sections, 'unknown')).toEqual([B, A])
  })

  it('have the rows of their own processes, and none of the section before', async () => {
    const { trace, pairs } = await twins()
    expect(pairs.map(({ sections }) => sections.length)).toEqual([2, 2, 2])
    const seen = new Set<number>()
    for (const { sections } of pairs)
      for (const section of sections) {
        const rows = rowsOf(trace.tracks, await trace.ask('tables', { range: section }), section)
        const pids = new Set(rows.filter(({ kind }) => kind === 'lane').map(({ pid }) => pid))
        expect(pids.size).toBe(1)
        expect(rows.filter(({ kind }) => kind === 'lane').length).toBe(3)
        for (const pid of pids) seen.add(pid)
      }
    expect(seen.size).toBe(6)
  })
})

describe('a section as a run of its own', () => {
  it('begins at 0: a view of it is the view of its time, moved', async () => {
    const { trace, sections } = await twins()
    const [, section] = sections
    if (!section) throw new Error('no second section')
    const source = new SectionSource(trace, section)
    const tracks = trace.tracks.slice(0, 8).map(({ id }) => id)
    const length = section.to - section.from
    const own = await source.ask('view', { ...range(0, length), width: 50, tracks })
    const { from, to } = section
    const whole = await trace.ask('view', { from, to, width: 50, tracks })
    expect([own.from, own.to, own.newest]).toEqual([0, length, length])
    expect(own.slices).toEqual(whole.slices)
  })

  it('knows nothing of what lies outside of it', async () => {
    const { trace, sections } = await twins()
    const [first] = sections
    if (!first) throw new Error('no section')
    const source = new SectionSource(trace, first)
    const time = nanoseconds(first.to - first.from)
    const query = { time, direction: 'next', what: 'event' } as const
    expect(await trace.ask('neighbour', { ...query, time: first.to })).not.toBeNull()
    expect(await source.ask('neighbour', query)).toBeNull()
    expect(await source.ask('notes', {})).toEqual([])
    const tables = await source.ask('tables', {})
    expect(tables).toEqual(await trace.ask('tables', { range: first }))
  })

  it('tells the blame of a wait in its own time', async () => {
    const { trace, sections } = await twins()
    const section = sections.at(3)
    if (!section) throw new Error('no fourth section')
    const query = { time: section.from, direction: 'next', what: 'contention' } as const
    const whole = await trace.ask('neighbour', query)
    const own = await new SectionSource(trace, section).ask('neighbour', {
      ...query,
      time: nanoseconds(0),
    })
    expect(whole?.blame?.holder).toBeDefined()
    expect(own?.from).toBe((whole?.from ?? 0) - section.from)
    expect(own?.blame?.holder?.time).toBe((whole?.blame?.holder?.time ?? 0) - section.from)
  })
})
