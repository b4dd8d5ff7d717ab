/** Made-up figures for the verdicts: every test says only what it is about. */
import { nanoseconds } from '../../main/core/units.ts'
import type {
  LaneFigures,
  LockFigures,
  QueueFigures,
  SectionFigures,
} from '../../main/trace/figures.ts'
import { LANE_STATES, LaneState, ResourceKind } from '../../main/trace/model.ts'

export function lane(fields: Partial<LaneFigures> & { running?: number; waiting?: number }) {
  const { running = 0, waiting = 0, ...rest } = fields
  const byState = new Float64Array(LANE_STATES)
  byState[LaneState.running] = running
  byState[LaneState.waiting] = waiting
  return { track: 1, name: 'Thread-1', pid: 1, byState, waitedGil: 0, waitedLock: 0, ...rest }
}

export const lock = (fields: Partial<LockFigures>): LockFigures => ({
  track: 2,
  name: 'lock',
  kind: ResourceKind.lock,
  acquired: 0,
  contended: 0,
  switches: 0,
  heldFor: 0,
  waitedFor: 0,
  longestWait: 0,
  users: [],
  ...fields,
})

export const queue = (fields: Partial<QueueFigures>): QueueFigures => ({
  track: 3,
  name: 'q',
  kind: ResourceKind.queue,
  puts: 0,
  gets: 0,
  maximumDepth: 0,
  left: 0,
  residenceMedian: 0,
  blockedInPut: 0,
  blockedInGet: 0,
  putters: [],
  getters: [],
  ...fields,
})

export const section = (
  fields: Partial<Omit<SectionFigures, 'elapsed'>> & { variant: string; elapsed: number },
): SectionFigures => ({
  repeat: 1,
  from: nanoseconds(0),
  to: nanoseconds(fields.elapsed),
  concurrency: 1,
  lanes: [],
  locks: [],
  queues: [],
  counters: [],
  output: [],
  dropped: 0,
  ...fields,
  elapsed: nanoseconds(fields.elapsed),
})
