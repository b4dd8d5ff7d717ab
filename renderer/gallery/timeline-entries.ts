/** The timeline in each of its states. */
import { nanoseconds } from '../../main/core/units.ts'
import type { TrackInfo } from '../../main/run/contract.ts'
import { range } from '../timeline/time-scale.ts'
import type { TimelineState } from '../timeline/timeline-state.svelte.ts'
import type { TimelineEntry } from './entry.ts'
import type { SyntheticTrace } from './synthetic.ts'

const MS = 1e6

/** Shows these milliseconds. */
const zoomTo = (from: number, to: number) => (timeline: TimelineState) =>
  timeline.show(range(from * MS, to * MS))

const named = (tracks: readonly TrackInfo[], name: string): number =>
  tracks.find((track) => track.name === name)?.id ?? 0

/** Runs in real time, with a status ten times a second as a run sends it. */
function play(timeline: TimelineState, trace: SyntheticTrace): void {
  const started = performance.now()
  const handle = setInterval(() => {
    trace.advance((performance.now() - started) * MS)
    timeline.setTracks(trace.tracks)
    timeline.setStatus(trace.status)
    if (trace.isOver) clearInterval(handle)
  }, 100)
}

/** What a person might have written. */
async function addNotes(trace: SyntheticTrace): Promise<void> {
  const notes: readonly (readonly [number, number, string])[] = [
    [702, 702, 'Here worker-5 gets it out of turn?'],
    [712, 728, 'Everybody waits for one slow hold. Compare with the run of Tuesday.'],
    [741, 741, 'Second line-up'],
  ]
  for (const [from, to, text] of notes)
    await trace.ask('addNote', { ...range(from * MS, to * MS), text })
}

const entry = (entry: Omit<TimelineEntry, 'kind'>): TimelineEntry => ({
  kind: 'timeline',
  ...entry,
})

export const TIMELINE_ENTRIES: readonly TimelineEntry[] = [
  entry({ id: 'empty', title: 'Empty', height: 240 }),
  entry({ id: 'starting', title: 'Starting', scenario: 'gil', liveAt: 0, height: 240 }),
  entry({ id: 'one-lane', title: 'One lane', scenario: 'one-lane', height: 240 }),
  entry({
    id: 'live',
    title: 'Live, following',
    scenario: 'gil',
    liveAt: 3_094,
    // A span that was chosen stays: it does not depend on how often the run was asked.
    prepare: (timeline) => timeline.zoom(1.4),
  }),
  entry({
    id: 'paused',
    title: 'Live, panned back',
    scenario: 'queue',
    liveAt: 2_508,
    prepare: zoomTo(1_400, 2_300),
  }),
  entry({
    id: 'playing',
    title: 'Playing',
    scenario: 'gil',
    liveAt: 0,
    prepare: play,
    unpictured: true,
  }),
  entry({ id: 'finished', title: 'Finished, whole run', scenario: 'gil' }),
  entry({ id: 'zoomed-in', title: 'Zoomed in', scenario: 'gil', prepare: zoomTo(3_020, 3_100) }),
  entry({ id: 'lock', title: 'Lock', scenario: 'lock', prepare: zoomTo(57, 78) }),
  entry({ id: 'lock-whole', title: 'Lock, whole run', scenario: 'lock' }),
  entry({
    id: 'selected-wait',
    title: 'Selected wait with blame',
    scenario: 'contended',
    prepare: async (timeline) => {
      timeline.show(range(700 * MS, 730 * MS))
      for (let wait = 0; wait < 3; wait++) await timeline.jump('next', 'contention')
    },
  }),
  entry({
    id: 'selected-hold',
    title: 'Selected hold that others wait for',
    scenario: 'contended',
    prepare: async (timeline, { tracks }) => {
      timeline.show(range(700 * MS, 730 * MS))
      await timeline.selectAt(named(tracks, 'tally'), nanoseconds(715 * MS))
    },
  }),
  entry({
    id: 'hovered',
    title: 'Card of the span under the pointer',
    scenario: 'lock',
    prepare: (timeline, { tracks }) => {
      timeline.show(range(57 * MS, 78 * MS))
      timeline.point(named(tracks, 'worker-2'), nanoseconds(66 * MS))
    },
  }),
  entry({
    id: 'queue',
    title: 'Queue between processes',
    scenario: 'queue',
    prepare: zoomTo(400, 1_600),
  }),
  entry({ id: 'queue-whole', title: 'Queue, whole run', scenario: 'queue', height: 360 }),
  entry({
    id: 'flows',
    title: 'Items on their way',
    scenario: 'pipeline',
    prepare: zoomTo(196, 228),
  }),
  entry({
    id: 'flow-selected',
    title: 'One item on its way',
    scenario: 'pipeline',
    prepare: async (timeline, { tracks }) => {
      const shown = range(196 * MS, 228 * MS)
      timeline.show(shown)
      const queues = tracks.filter(({ kind }) => kind === 'queue').map(({ id }) => id)
      timeline.flows.want({ ...shown, tracks: queues })
      while (timeline.flows.count === 0) await Promise.resolve()
      for (let step = 0; step < 8; step++) timeline.flows.step('next')
    },
  }),
  entry({
    id: 'range',
    title: 'Selected range',
    scenario: 'pipeline',
    prepare: (timeline) => timeline.selected.select(140 * MS, 230 * MS),
  }),
  entry({
    id: 'path',
    title: 'Critical path',
    scenario: 'pipeline',
    prepare: (timeline) => {
      timeline.show(range(180 * MS, 260 * MS))
      timeline.path.toggle()
    },
  }),
  entry({
    id: 'notes',
    title: 'Notes',
    scenario: 'contended',
    fill: addNotes,
    prepare: (timeline) => {
      timeline.show(range(690 * MS, 760 * MS))
      timeline.notes.isListed = true
    },
  }),
  entry({
    id: 'note-written',
    title: 'A note is written',
    scenario: 'contended',
    fill: addNotes,
    prepare: (timeline) => {
      timeline.show(range(690 * MS, 760 * MS))
      timeline.notes.begin(range(744 * MS, 752 * MS))
    },
  }),
  entry({
    id: 'search',
    title: 'Search',
    scenario: 'queue',
    prepare: (timeline) => {
      timeline.find.open()
      timeline.find.type('7')
    },
  }),
  entry({
    id: 'table',
    title: 'The same facts as a table',
    scenario: 'lock',
    height: 640,
    prepare: (timeline) => {
      timeline.show(range(57 * MS, 78 * MS))
      timeline.isTableOpen = true
    },
  }),
  entry({ id: 'pipeline', title: 'Pipeline, whole run', scenario: 'pipeline' }),
  entry({ id: 'counters', title: 'Permits, parties, tasks', scenario: 'counters', height: 640 }),
  entry({
    id: 'deadlock',
    title: 'Deadlock',
    scenario: 'deadlock',
    liveAt: 1_600,
    prepare: (timeline) => timeline.zoom(1 / 7),
  }),
  entry({
    id: 'failed',
    title: 'Failed',
    scenario: 'failed',
    failed: true,
    prepare: zoomTo(1_205, 1_251),
  }),
  entry({ id: 'dropped', title: 'Events dropped', scenario: 'drops', height: 360 }),
  entry({ id: 'crowd', title: '64 lanes', scenario: 'crowd', height: 720 }),
  entry({ id: 'million', title: 'A million spans', scenario: 'million' }),
  entry({ id: 'names', title: 'Names hard to set', scenario: 'names', unpictured: true }),
]
