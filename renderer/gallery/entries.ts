/** The timeline in each of its states. */
import { nanoseconds } from '../../main/core/units.ts'
import { range } from '../timeline/time-scale.ts'
import { TimelineState } from '../timeline/timeline-state.svelte.ts'
import type { ScenarioName } from './scenarios.ts'
import { SyntheticTrace } from './synthetic.ts'

export interface Entry {
  readonly id: string
  readonly title: string
  readonly scenario?: ScenarioName
  readonly failed?: boolean
  /** Brings a timeline that shows the whole scenario into the entry's state. */
  readonly prepare?: (timeline: TimelineState, trace: SyntheticTrace) => void | Promise<void>
}

const MS = 1e6
const zoomTo = (from: number, to: number) => (timeline: TimelineState) =>
  timeline.show(range(from * MS, to * MS))

/** As a run stands in the middle, without a clock: pictures of it stay the same. */
function standStill(timeline: TimelineState, trace: SyntheticTrace, at: number): void {
  trace.advance(at * MS)
  timeline.setTracks(trace.tracks)
  timeline.setNewest(trace.newest, {
    running: true,
    remaining: nanoseconds(trace.duration - trace.newest),
  })
}

export const ENTRIES: readonly Entry[] = [
  { id: 'empty', title: 'Empty' },
  {
    id: 'live',
    title: 'Live, following',
    scenario: 'gil',
    prepare: (timeline, trace) => standStill(timeline, trace, 3_094),
  },
  {
    id: 'paused',
    title: 'Live, panned back',
    scenario: 'queue',
    prepare: (timeline, trace) => {
      standStill(timeline, trace, 2_508)
      timeline.show(range(1_400 * MS, 2_300 * MS))
    },
  },
  { id: 'finished', title: 'Finished, whole run', scenario: 'gil' },
  { id: 'zoomed-in', title: 'Zoomed in', scenario: 'gil', prepare: zoomTo(3_020, 3_100) },
  { id: 'lock', title: 'Lock, zoomed in', scenario: 'lock', prepare: zoomTo(57, 78) },
  {
    id: 'selected',
    title: 'Selected wait',
    scenario: 'lock',
    prepare: async (timeline) => {
      timeline.show(range(57 * MS, 78 * MS))
      await timeline.jump('next', 'contention')
      await timeline.jump('next', 'contention')
    },
  },
  { id: 'lock-whole', title: 'Lock, whole run', scenario: 'lock' },
  { id: 'one-lane', title: 'One lane', scenario: 'one-lane' },
  { id: 'crowd', title: '64 lanes', scenario: 'crowd' },
  { id: 'contended', title: 'Contended lock', scenario: 'contended' },
  { id: 'million', title: 'A million spans', scenario: 'million' },
  { id: 'names', title: 'Names hard to set', scenario: 'names' },
  { id: 'deadlock', title: 'Deadlock', scenario: 'deadlock' },
  { id: 'counters', title: 'Semaphore, barrier, condition, pool', scenario: 'counters' },
  { id: 'pipeline', title: 'Pipeline', scenario: 'pipeline' },
  { id: 'queue', title: 'Queue', scenario: 'queue', prepare: zoomTo(400, 1_600) },
  { id: 'queue-whole', title: 'Queue, whole run', scenario: 'queue' },
  {
    id: 'failed',
    title: 'Failed',
    scenario: 'failed',
    failed: true,
    prepare: (timeline) => {
      const end = timeline.newest
      timeline.show(range(end - 40 * MS, end + 8 * MS))
    },
  },
  {
    id: 'dropped',
    title: 'Events dropped',
    scenario: 'drops',
  },
  {
    id: 'playing',
    title: 'Playing',
    scenario: 'gil',
    prepare: (timeline, trace) => play(timeline, trace),
  },
]

/** Runs in real time, with a status ten times a second as a run sends it. */
function play(timeline: TimelineState, trace: SyntheticTrace): void {
  const started = performance.now()
  trace.advance(0)
  const handle = setInterval(() => {
    trace.advance((performance.now() - started) * MS)
    timeline.setTracks(trace.tracks)
    timeline.setStatus(trace.status)
    if (trace.isOver) clearInterval(handle)
  }, 100)
  timeline.setStatus(trace.status)
}

/** A timeline in the entry's state, and what lets go of it. */
export async function openEntry(entry: Entry): Promise<TimelineState> {
  const timeline = new TimelineState()
  if (!entry.scenario) return timeline
  const trace = new SyntheticTrace(entry.scenario, { seed: 7 })
  timeline.attach(trace)
  timeline.setTracks(trace.tracks)
  const fresh = entry.id === 'live' || entry.id === 'paused' || entry.id === 'playing'
  if (!fresh) timeline.setStatus(trace.status)
  await entry.prepare?.(timeline, trace)
  return timeline
}
