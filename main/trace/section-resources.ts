/** What a section did at each lock, queue and counter: differences of two snapshots. */
import { nanoseconds } from '../core/units.ts'
import { Category } from './categories.ts'
import type { CounterFigures, LaneUse, LockFigures, QueueFigures, QueueSide } from './figures.ts'
import { ResourceKind } from './model.ts'
import { isCounterRow } from './questions/row-counts.ts'
import { isLockKind, isQueueKind, type Resource, type ResourceSnapshot } from './resource.ts'
import type { StepTrack } from './steps.ts'
import type { Uses } from './uses.ts'

export interface Change {
  readonly resource: Resource
  readonly before: ResourceSnapshot | undefined
  readonly now: ResourceSnapshot
}

export const changeOf = (
  resource: Resource,
  before: ResourceSnapshot | undefined,
  to: number,
): Change => ({ resource, before, now: resource.endSection(to) })

export function lockFigures({ resource, before, now }: Change): LockFigures | undefined {
  if (!isLockKind(resource.kind)) return undefined
  const acquired = now.acquired - (before?.acquired ?? 0)
  const waitedFor = now.waited - (before?.waited ?? 0)
  const held = (category: Category) => (now.held[category] ?? 0) - (before?.held[category] ?? 0)
  const heldFor = held(Category.running) + held(Category.holding)
  // One that an earlier section left held is not this section's.
  if (acquired === 0 && waitedFor === 0) return undefined
  const figures = {
    track: resource.track,
    name: resource.name,
    kind: resource.kind,
    acquired,
    contended: now.contended - (before?.contended ?? 0),
    switches: now.switches - (before?.switches ?? 0),
    heldFor,
    waitedFor,
    ...resource.longestWait.figures,
    users: usersOf(resource.uses),
  }
  const { hold, wait } = resource
  return {
    ...figures,
    ...(hold.countSince(before?.hold) > 0 && { holdMedian: hold.quantile(0.5, before?.hold) }),
    ...(wait.countSince(before?.wait) > 0 && {
      waitMedian: wait.quantile(0.5, before?.wait),
      waitP99: wait.quantile(0.99, before?.wait),
    }),
  }
}

export function queueFigures(
  { resource, before, now }: Change,
  from: number,
  to: number,
): QueueFigures | undefined {
  if (!isQueueKind(resource.kind)) return undefined
  const puts = now.puts - (before?.puts ?? 0)
  const gets = now.gets - (before?.gets ?? 0)
  const blockedInPut = resource.putUses.waitedInAll
  const blockedInGet = resource.uses.waitedInAll
  if (puts === 0 && gets === 0 && blockedInPut === 0 && blockedInGet === 0) return undefined
  return {
    track: resource.track,
    name: resource.name,
    kind: resource.kind,
    puts,
    gets,
    maximumDepth: greatest(resource.depth, from, to),
    left: Math.max(0, puts - gets),
    residenceMedian: resource.residence.quantile(0.5, before?.residence),
    ...(resource.residence.countSince(before?.residence) > 0 && {
      residenceMean: resource.residence.mean(before?.residence),
    }),
    ...(to > from && { depthMean: (now.depth - (before?.depth ?? 0)) / (to - from) }),
    blockedInPut,
    blockedInGet,
    putters: sidesOf(resource.putUses),
    getters: sidesOf(resource.uses),
  }
}

function greatest(steps: StepTrack, from: number, to: number): number {
  const range = { minimum: Infinity, maximum: 0 }
  if (steps.count > 0) steps.widen(range, steps.find(from), steps.find(to))
  return range.maximum
}

const sidesOf = ({ list }: Uses): readonly QueueSide[] =>
  list.map(({ lane: { track, name }, used: items, waited: blocked }) => ({
    ...{ track, name, items, blocked },
  }))

const usersOf = ({ list }: Uses): readonly LaneUse[] =>
  list.map(({ lane: { track, name }, used, held, waited, last }) => ({
    ...{ track, name, used, held, waited },
    ...(last > 0 && { last: nanoseconds(last) }),
  }))

export function counterFigures(
  { resource, before, now }: Change,
  from: number,
  to: number,
): CounterFigures | undefined {
  if (!isCounterRow(resource)) return undefined
  const { track, name, kind, capacity, wait } = resource
  const waits = now.waitsBegun - (before?.waitsBegun ?? 0)
  const taken = now.acquired - (before?.acquired ?? 0)
  const waitedFor = now.waited - (before?.waited ?? 0)
  const isPool = kind === ResourceKind.pool
  const hasMembers = isPool || kind === ResourceKind.semaphore
  const used = hasMembers ? taken : waits
  if (used === 0 && waitedFor === 0) return undefined
  // Who comes to the others waits for them; a task does not.
  const contended = hasMembers ? now.contended - (before?.contended ?? 0) : waits
  // What its row shows: an event's shows whether it is set.
  const steps = kind === ResourceKind.event ? resource.waiters : resource.depth
  return {
    ...{ track, name, kind, capacity, used, waitedFor },
    contended: isPool ? 0 : contended,
    maximum: greatest(steps, from, to),
    ...resource.longestWait.figures,
    ...(wait.countSince(before?.wait) > 0 && { waitMedian: wait.quantile(0.5, before?.wait) }),
    users: usersOf(resource.uses),
  }
}
