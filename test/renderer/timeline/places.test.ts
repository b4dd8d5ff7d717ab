import { afterEach, describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import { SyntheticTrace } from '../../../renderer/gallery/synthetic.ts'
import { range, spanOf } from '../../../renderer/timeline/time-scale.ts'
import { TimelineState } from '../../../renderer/timeline/timeline-state.svelte.ts'

const MS = 1e6
let timeline: TimelineState
let trace: SyntheticTrace
afterEach(() => {
  timeline.detach()
  trace.dispose()
})

function open(at?: number): void {
  trace = new SyntheticTrace('gil', { seed: 7 })
  if (at !== undefined) trace.advance(at * MS)
  timeline = new TimelineState()
  timeline.attach(trace)
  timeline.setTracks(trace.tracks)
  timeline.setStatus(trace.status)
}
const place = (from: number, to: number, track?: number) => ({
  ...range(from * MS, to * MS),
  ...(track !== undefined && { track }),
})

describe('a place that a figure links to', () => {
  it('is selected and shown with a margin, and left again for the view before', async () => {
    open()
    const before = timeline.range
    await timeline.places.show(place(100, 200))
    expect(timeline.selectedRange).toEqual(range(100 * MS, 200 * MS))
    expect(timeline.range.from).toBeLessThan(100 * MS)
    expect(timeline.range.to).toBeGreaterThan(200 * MS)
    expect(spanOf(timeline.range)).toBeLessThan(200 * MS)
    expect(timeline.actions.isAnythingChosen).toBe(true)
    timeline.actions.clear()
    expect(timeline.range).toEqual(before)
    expect(timeline.selectedRange).toBeUndefined()
    expect(timeline.actions.isAnythingChosen).toBe(false)
  })

  it('goes back one by one, also to what was selected then', async () => {
    open()
    timeline.selected.select(10 * MS, 20 * MS)
    await timeline.places.show(place(100, 200))
    await timeline.places.show(place(300, 310))
    timeline.places.back()
    expect(timeline.selectedRange).toEqual(range(100 * MS, 200 * MS))
    timeline.places.back()
    expect(timeline.selectedRange).toEqual(range(10 * MS, 20 * MS))
    expect(timeline.places.canGoBack).toBe(false)
    timeline.places.back()
    expect(timeline.selectedRange).toEqual(range(10 * MS, 20 * MS))
  })

  it('of a row points at it and unfolds its group', async () => {
    open()
    const track = trace.tracks.find(({ kind }) => kind === 'lane')
    if (!track) throw new Error('no lane')
    timeline.rows.toggleGroup(track.group)
    expect(timeline.rows.shown.map(({ id }) => id)).not.toContain(track.id)
    await timeline.places.show(place(100, 200, track.id))
    expect(timeline.highlighted).toBe(track.id)
    expect(timeline.rows.shown.map(({ id }) => id)).toContain(track.id)
  })

  it('that is a span selects it, with what it waited for', async () => {
    open()
    const query = { time: nanoseconds(100 * MS), direction: 'next', what: 'contention' } as const
    const wait = await trace.ask('neighbour', query)
    if (!wait) throw new Error('nobody waits')
    await timeline.places.show({ from: wait.from, to: wait.to, track: wait.track })
    expect(timeline.selection?.detail.from).toBe(wait.from)
    expect(timeline.selectedRange).toBeUndefined()
    timeline.actions.clear()
    expect(timeline.selection).toBeUndefined()
    expect(timeline.places.canGoBack).toBe(false)
  })

  it('does not take from somebody what they selected after it', async () => {
    open()
    await timeline.places.show(place(100, 200))
    timeline.selected.select(120 * MS, 130 * MS)
    const shown = timeline.range
    timeline.actions.clear()
    expect(timeline.selectedRange).toBeUndefined()
    expect(timeline.range).toEqual(shown)
    expect(timeline.places.canGoBack).toBe(true)
  })

  it('of two that are chosen one after the other the last one shows', async () => {
    open()
    const lane = trace.tracks.find(({ kind }) => kind === 'lane')
    await Promise.all([
      timeline.places.show(place(100, 200, lane?.id)),
      timeline.places.show(place(300, 310)),
    ])
    expect(timeline.selectedRange).toEqual(range(300 * MS, 310 * MS))
  })

  it('of a live run goes back to following it', async () => {
    open(1_000)
    expect(timeline.following).toBe(true)
    await timeline.places.show(place(100, 200))
    expect(timeline.following).toBe(false)
    timeline.places.back()
    expect(timeline.following).toBe(true)
  })

  it('is forgotten with its run', async () => {
    open()
    await timeline.places.show(place(100, 200))
    timeline.detach()
    expect(timeline.places.canGoBack).toBe(false)
  })
})
