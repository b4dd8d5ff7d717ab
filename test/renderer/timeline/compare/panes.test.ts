import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../../main/core/units.ts'
import { SyntheticTrace } from '../../../../renderer/gallery/synthetic.ts'
import { hiddenBefore } from '../../../../renderer/timeline/compare/hidden-before.ts'
import { findMark, offsetsFor } from '../../../../renderer/timeline/compare/marks.ts'
import { ComparePanes } from '../../../../renderer/timeline/compare/panes.svelte.ts'
import { SectionSource } from '../../../../renderer/timeline/compare/section-source.ts'
import { range } from '../../../../renderer/timeline/time-scale.ts'
import { rowsOf } from '../../../../renderer/timeline/twin/sections.ts'

const MS = 1e6

/** Six sections, of which the odd ones have a GIL. */
async function twins() {
  const trace = new SyntheticTrace('twins', { seed: 7 })
  trace.advance(trace.duration)
  const sections = await trace.ask('sections', {})
  const contents = sections.map((section) => ({ source: trace, tracks: trace.tracks, section }))
  return { trace, sections, contents }
}
const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('sections over one axis', () => {
  it('show the same time, as far as the longest one goes', async () => {
    const { contents, sections } = await twins()
    const panes = new ComparePanes()
    panes.show(contents.slice(0, 3))
    const [first, second, third] = panes.panes.map(({ timeline }) => timeline)
    if (!first || !second || !third) throw new Error('no panes')
    const lengths = sections.slice(0, 3).map(({ elapsed }) => elapsed)
    expect([first, second, third].map(({ newest }) => newest)).toEqual(lengths)
    expect(new Set([first, second, third].map(({ range: { to } }) => to)).size).toBe(1)
    const longest = Math.max(...lengths)
    third.show(range(longest * 0.9, longest))
    panes.follow(2)
    expect([first.range, second.range]).toEqual([third.range, third.range])
    panes.fit()
    panes.follow(0)
    expect(second.range.to).toBeGreaterThanOrEqual(longest)
    panes.dispose()
    expect(first.slices.size).toBe(0)
  })

  it('are moved so that their marks lie above each other', async () => {
    const { contents, sections } = await twins()
    const panes = new ComparePanes()
    panes.show(contents.slice(0, 2))
    const [one = 0, other = 0] = sections.map(({ elapsed }) => Number(elapsed))
    panes.align([one, other])
    expect(panes.zero).toBe(Math.max(one, other))
    // Both end at one time, and the longer one begins at 0.
    expect(panes.panes.map(({ timeline }) => timeline.newest)).toEqual([panes.zero, panes.zero])
    expect(panes.panes.map(({ anchor }) => anchor)).toEqual([one, other])
    expect(panes.panes.map(({ timeline }) => timeline.zero)).toEqual([panes.zero, panes.zero])
    panes.align([0, 0])
    expect(panes.panes.map(({ timeline }) => timeline.newest)).toEqual([one, other])
    panes.dispose()
  })

  it('keep what is in view, selected and noted where it is when they are moved', async () => {
    const { contents, sections, trace } = await twins()
    const [first, second] = sections
    if (!first || !second) throw new Error('no sections')
    const at = first.from + 2 * MS
    await trace.ask('addNote', { ...range(at, at + MS), text: 'here' })
    const panes = new ComparePanes()
    panes.show(contents.slice(0, 2))
    await settled()
    const [one, other] = panes.panes.map(({ timeline }) => timeline)
    const row = one?.tracks.find(({ kind }) => kind === 'lane')
    if (!one || !other || !row) throw new Error('no rows')
    await one.selectAt(row.id, nanoseconds(3 * MS))
    const before = one.selection?.detail
    if (!before) throw new Error('nothing is selected')
    one.selected.select(MS, 4 * MS)
    one.show(range(MS, 6 * MS))
    panes.follow(0)
    // The other one's mark is later: the one that keys are for moves right by what lies between.
    const by = 5 * MS
    panes.align([2 * MS, 2 * MS + by])
    expect([one.range, other.range]).toEqual(Array(2).fill(range(MS + by, 6 * MS + by)))
    expect(one.selection?.detail).toMatchObject(range(before.from + by, before.to + by))
    expect(one.selectedRange).toEqual(range(MS + by, 4 * MS + by))
    expect(one.notes.all.map(({ from, text }) => [from - by, text])).toEqual([[2 * MS, 'here']])
    // What it asks now is answered in the new times.
    await one.selectAt(row.id, nanoseconds(3 * MS + by))
    expect(one.selection?.detail).toMatchObject(range(before.from + by, before.to + by))
    expect(one.tracks.length).toBeGreaterThan(0)
    panes.align([0, 0])
    expect(one.range).toEqual(range(MS, 6 * MS))
    expect(one.newest).toBe(first.elapsed)
    expect(other.newest).toBe(second.elapsed)
    panes.dispose()
  })

  it('are all in view as before when all was in view', async () => {
    const { contents, sections } = await twins()
    const panes = new ComparePanes()
    panes.show(contents.slice(0, 2))
    const [one] = sections.map(({ elapsed }) => Number(elapsed))
    panes.align([one ?? 0, 0])
    for (const { timeline } of panes.panes) {
      expect(timeline.range.from).toBe(0)
      expect(timeline.range.to).toBeGreaterThan(timeline.reach)
    }
    panes.dispose()
  })

  it('keep the place of one that has nothing to show', async () => {
    const { contents } = await twins()
    const panes = new ComparePanes()
    panes.show([contents[0], undefined, contents[1]])
    expect(panes.panes.map(({ section }) => section !== undefined)).toEqual([true, false, true])
    panes.panes[2]?.timeline.show(range(0, 5 * MS))
    panes.follow(2)
    expect(panes.panes[0]?.timeline.range).toEqual(range(0, 5 * MS))
    panes.dispose()
  })

  it('have the rows of what is shown then, though others come late', async () => {
    const { contents, trace, sections } = await twins()
    const panes = new ComparePanes()
    panes.show(contents.slice(0, 2))
    panes.show(contents.slice(4, 6))
    await settled()
    const section = sections[4]
    if (!section) throw new Error('no section')
    const tables = await trace.ask('tables', { range: section })
    const rows = rowsOf(trace.tracks, tables, section)
    expect(panes.panes[0]?.timeline.tracks).toEqual(rows)
    panes.align([1, 0])
    expect(panes.panes[0]?.timeline.tracks).toEqual(rows)
    panes.dispose()
  })
})

describe('what lies before a section', () => {
  it('is not shown where it is moved right', async () => {
    const { trace, sections } = await twins()
    const section = sections[3]
    if (!section) throw new Error('no fourth section')
    const before = 20 * MS
    const source = new SectionSource(trace, section, before)
    const tracks = trace.tracks.map(({ id }) => id)
    const answer = await source.ask('view', { ...range(0, 2 * before), width: 40, tracks })
    expect(answer.newest).toBe(before + section.elapsed)
    let shown = 0
    for (const { spans, bins, counter } of answer.slices) {
      const first = spans?.states.findIndex((state) => state !== 0) ?? -1
      if (spans && first >= 0) expect(spans.starts[first]).toBeGreaterThanOrEqual(before)
      if (bins) {
        const early = bins.shares.filter((_, at) => at % 40 < 20)
        expect(early.every((share) => share === 0)).toBe(true)
        shown += bins.shares.some((share) => share > 0) ? 1 : 0
      }
      if (counter) expect(counter.mean.slice(0, 20).every(Number.isNaN)).toBe(true)
      if (spans && first >= 0) shown += 1
    }
    expect(shown).toBeGreaterThan(0)
    const inspected = { track: tracks[0] ?? 0, time: nanoseconds(before / 2) }
    expect(await source.ask('inspect', inspected)).toBeNull()
  })

  it('is cut off in the middle of a span, and nothing else is', () => {
    const spans = {
      starts: Float64Array.of(-5, 10, 30),
      end: 50,
      states: Uint8Array.of(1, 2, 1),
      details: Uint32Array.of(0, 7, 0),
    }
    const view = { ...range(100, 150), width: 50 }
    const cut = hiddenBefore({ track: 1, spans }, view, 120).spans
    expect([...(cut?.starts ?? [])]).toEqual([-5, 20, 30])
    expect([...(cut?.states ?? [])]).toEqual([0, 2, 1])
    expect([...(cut?.details ?? [])]).toEqual([0, 7, 0])
    expect(hiddenBefore({ track: 1, spans }, view, 100).spans).toBe(spans)
    expect([...(hiddenBefore({ track: 1, spans }, view, 160).spans?.states ?? [])]).toEqual([0])
  })
})

describe('a mark', () => {
  it('moves what has it early further right than what has it late', () => {
    expect(offsetsFor([5, 20, 0])).toEqual({ before: [15, 0, 20], zero: 20 })
    expect(offsetsFor([])).toEqual({ before: [], zero: 0 })
  })

  it('is where the section begins, ends, or a lane or a wait begins in it', async () => {
    const { trace, sections } = await twins()
    const section = sections[3]
    if (!section) throw new Error('no fourth section')
    const find = (mark: Parameters<typeof findMark>[3]) =>
      findMark(trace, trace.tracks, section, mark)
    expect(await find({ kind: 'start' })).toBe(0)
    expect(await find({ kind: 'end' })).toBe(section.elapsed)
    const begun = (await find({ kind: 'lane', name: 'Thread-2' })) ?? -1
    expect(begun).toBeGreaterThan(0)
    expect(begun).toBeLessThan(2 * MS)
    const contended = (await find({ kind: 'contention' })) ?? -1
    expect(contended).toBeGreaterThanOrEqual(begun)
    expect(await find({ kind: 'lane', name: 'nobody' })).toBeUndefined()
    expect(await find({ kind: 'note' })).toBeUndefined()
    expect(await find({ kind: 'put' })).toBeUndefined()
  })

  it('is none where contention begins in the next section only', async () => {
    const { trace, sections } = await twins()
    const free = sections.find(({ locks }) => locks.every(({ contended }) => contended === 0))
    if (!free) throw new Error('every section is contended')
    expect(await findMark(trace, trace.tracks, free, { kind: 'contention' })).toBeUndefined()
  })

  it('finds the first put and the first get of a queue to the nanosecond', async () => {
    const trace = new SyntheticTrace('queue', { seed: 7 })
    const section = range(0, trace.duration)
    const queues = trace.tracks.filter(({ kind }) => kind === 'queue').map(({ id }) => id)
    const flows = await trace.ask('flows', { ...range(0, 3e9), tracks: queues, limit: 4_096 })
    expect(flows.total).toBeGreaterThan(0)
    const first = (times: Float64Array) => Math.min(...times.filter((time) => time > 0))
    const put = await findMark(trace, trace.tracks, section, { kind: 'put' })
    const got = await findMark(trace, trace.tracks, section, { kind: 'get' })
    expect(Math.abs((put ?? 0) - first(flows.putTimes))).toBeLessThanOrEqual(2)
    expect(Math.abs((got ?? 0) - first(flows.getTimes))).toBeLessThanOrEqual(2)
    // Later than the first ones: those are no part of it.
    const later = { from: nanoseconds(1e9), to: section.to }
    const next = (await findMark(trace, trace.tracks, later, { kind: 'put' })) ?? 0
    const puts = flows.putTimes.filter((time) => time >= 1e9)
    expect(Math.abs(1e9 + next - Math.min(...puts))).toBeLessThanOrEqual(2)
  })
})
