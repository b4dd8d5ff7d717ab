import { afterEach, describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import { SyntheticTrace } from '../../../renderer/gallery/synthetic.ts'
import type { ScenarioName } from '../../../renderer/gallery/scenarios.ts'
import { adaptLiveSpan } from '../../../renderer/timeline/live-span.ts'
import { LIVE_EDGE, range, spanOf } from '../../../renderer/timeline/time-scale.ts'
import { TimelineState } from '../../../renderer/timeline/timeline-state.svelte.ts'

const MS = 1e6
let timeline: TimelineState
afterEach(() => timeline.detach())

function open(name: ScenarioName, at?: number): SyntheticTrace {
  const trace = new SyntheticTrace(name, { seed: 7 })
  if (at !== undefined) trace.advance(at * MS)
  timeline = new TimelineState()
  timeline.attach(trace)
  timeline.setTracks(trace.tracks)
  timeline.setStatus(trace.status)
  return trace
}

const edgePlace = () => (timeline.newest - timeline.range.from) / spanOf(timeline.range)

describe('timeline of a live run', () => {
  it('follows the newest event, and zooming does not lose it', () => {
    const trace = open('gil', 1_000)
    expect(timeline.following).toBe(true)
    trace.advance(2_000 * MS)
    timeline.setStatus(trace.status)
    expect(edgePlace()).toBeCloseTo(LIVE_EDGE)
    timeline.zoom(4)
    expect(timeline.following).toBe(true)
    expect(edgePlace()).toBeCloseTo(LIVE_EDGE)
    expect(spanOf(timeline.range)).toBeCloseTo(50 * MS)
  })

  it('stays where it was panned to while the run goes on, until told to return', () => {
    const trace = open('gil', 1_000)
    timeline.pan(-0.5)
    const shown = timeline.range
    expect(timeline.paused).toBe(true)
    trace.advance(2_000 * MS)
    timeline.setStatus(trace.status)
    expect(timeline.range).toEqual(shown)
    timeline.togglePause()
    expect(timeline.following).toBe(true)
    expect(edgePlace()).toBeCloseTo(LIVE_EDGE)
  })

  it('shows the whole run when the run ends while it was followed, else stays', () => {
    const trace = open('gil', 1_000)
    trace.advance(Infinity)
    timeline.setStatus(trace.status)
    expect(timeline.running).toBe(false)
    expect(timeline.range.from).toBe(0)
    expect(timeline.range.to).toBeGreaterThan(trace.duration)

    const second = open('gil', 1_000)
    timeline.pan(-0.2)
    const shown = timeline.range
    second.advance(Infinity)
    timeline.setStatus(second.status)
    expect(timeline.range).toEqual(shown)
  })

  it('keeps the span of time that the user chose, however crowded', async () => {
    const trace = open('gil', 3_000)
    timeline.zoom(1 / 10)
    const chosen = spanOf(timeline.range)
    timeline.want(
      900,
      trace.tracks.map(({ id }) => id),
    )
    // The made-up trace answers within a few microtasks.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    expect(timeline.slices.size).toBe(trace.tracks.length)
    timeline.setStatus(trace.status)
    expect(spanOf(timeline.range)).toBe(chosen)
  })

  it('narrows a crowded view and widens an empty one, within bounds', () => {
    expect(adaptLiveSpan(200 * MS, 500, 1e10)).toBe(150 * MS)
    expect(adaptLiveSpan(200 * MS, 2, 1e10)).toBe(300 * MS)
    expect(adaptLiveSpan(200 * MS, 2, 100 * MS)).toBe(200 * MS)
    expect(adaptLiveSpan(200 * MS, 30, 1e10)).toBe(200 * MS)
    let span = 200 * MS
    for (let step = 0; step < 100; step++) span = adaptLiveSpan(span, 1e6, 1e10)
    expect(span).toBe(100 * MS)
  })
})

describe('timeline of a run that is over', () => {
  it('shows all of it at first', () => {
    const trace = open('lock')
    expect(timeline.range.from).toBe(0)
    expect(timeline.range.to).toBeGreaterThan(trace.duration)
    expect(timeline.running).toBe(false)
  })

  it('jumps from wait to wait in order, shows each, and comes back the same way', async () => {
    open('lock')
    timeline.show({ from: nanoseconds(57 * MS), to: nanoseconds(60 * MS) })
    const seen: number[] = []
    for (let step = 0; step < 20; step++) {
      await timeline.jump('next', 'contention')
      const detail = timeline.selection?.detail
      if (!detail) throw new Error('nothing was selected')
      seen.push(detail.from)
      expect(detail.from).toBeGreaterThanOrEqual(timeline.range.from)
      expect(detail.to).toBeLessThanOrEqual(timeline.range.to)
    }
    expect(seen).toEqual([...seen].sort((left, right) => left - right))
    expect(new Set(seen).size).toBe(20)
    for (const from of seen.slice(0, -1).reverse()) {
      await timeline.jump('previous', 'contention')
      expect(timeline.selection?.detail.from).toBe(from)
    }
  })

  it('begins with the first or the last wait in view where nothing is selected', async () => {
    open('lock')
    const first = range(20 * MS, 140 * MS)
    for (const [direction, edge] of [
      ['next', 'from'],
      ['previous', 'to'],
    ] as const) {
      timeline.show(first)
      timeline.clearSelection()
      await timeline.jump(direction, 'contention')
      const detail = timeline.selection?.detail
      if (!detail) throw new Error('nothing was selected')
      // Waits of four lanes follow each other closely.
      expect(Math.abs(detail.from - first[edge])).toBeLessThan(20 * MS)
      expect(timeline.range).toEqual(first)
    }
  })

  it('takes the keyboard along to the span that is gone to, and keeps no moment out of view', async () => {
    open('lock')
    timeline.show(range(1_000 * MS, 1_100 * MS))
    timeline.highlighted = 2
    await timeline.actions.walkSpans('next')
    expect(timeline.pointed?.byKeyboard).toBe(true)
    await timeline.jump('next', 'contention')
    expect(timeline.pointed?.detail).toEqual(timeline.selection?.detail)
    await timeline.followBlame('holder')
    expect(timeline.pointed?.detail).toEqual(timeline.selection?.detail)

    const before = timeline.hover?.time
    timeline.show(range(1_500 * MS, 1_600 * MS))
    expect(timeline.hover?.time).toBe(before)
    expect(timeline.pointed).toBeUndefined()
    timeline.clearSelection()
    timeline.zoom(1 / 2)
    expect((timeline.range.from + timeline.range.to) / 2).toBeCloseTo(1_550 * MS)
    timeline.selected.clear()
    timeline.actions.rangeIn()
    expect(timeline.selectedRange?.from).toBeCloseTo(1_550 * MS)
  })

  it('fits the selection, and the whole run without one', async () => {
    open('lock')
    await timeline.jump('next', 'contention')
    timeline.fitSelection()
    const { from, to } = timeline.selection?.detail ?? { from: 0, to: 0 }
    expect(timeline.range.from).toBeLessThan(from)
    expect(timeline.range.to).toBeGreaterThan(to)
    expect(spanOf(timeline.range)).toBeLessThan(4 * (to - from))
    timeline.clearSelection()
    timeline.fitSelection()
    expect(timeline.range.from).toBe(0)
  })

  it('walks the rows and heads with the keyboard, and passes over folded rows', () => {
    const { tracks } = open('lock')
    const lock = tracks.find(({ kind }) => kind === 'lock')?.id
    const { rows } = timeline
    rows.walk('down')
    expect(timeline.highlighted).toBe(1)
    rows.walk('up')
    expect(rows.active).toEqual({ type: 'group', group: 'Process 5302' })
    rows.toggleGroup('Process 5302')
    rows.walk('down')
    expect(rows.active).toEqual({ type: 'group', group: 'Locks' })
    rows.walk('down')
    rows.walk('down')
    expect(timeline.highlighted).toBe(lock)
  })
})

describe('letting go of a run', () => {
  it('drops an answer that comes after another run was attached', async () => {
    open('lock')
    const late = timeline.selectAt(2, nanoseconds(60 * MS))
    timeline.attach(new SyntheticTrace('gil'))
    await late
    expect(timeline.selection).toBeUndefined()
    expect(timeline.slices.size).toBe(0)
  })

  it('survives a run that no longer answers', async () => {
    timeline = new TimelineState()
    timeline.attach({ ask: () => Promise.reject(new Error('gone')) })
    timeline.setNewest(nanoseconds(1e9), { running: true })
    timeline.want(100, [1])
    timeline.wantMinimap(100)
    timeline.point(1, nanoseconds(5))
    await timeline.jump('next', 'event')
    expect(timeline.selection).toBeUndefined()
  })
})
