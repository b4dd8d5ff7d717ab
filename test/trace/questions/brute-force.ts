/**
 * The figures of a range a second time: straight from the raw events, by stepping through them and
 * adding up, without any of the engine's tracks, sums or histograms.
 */
import { EventKind, LaneState, ResourceKind, Wait } from '../../../main/trace/model.ts'
import type { RawEvent } from './program.ts'

interface LaneNow {
  state: LaneState
  waitsFor: number
  why: number
  since: number
}

interface Wanted {
  readonly from: number
  readonly to: number
}

export interface BruteLock {
  acquired: number
  contended: number
  switches: number
  heldFor: number
  waitedFor: number
  readonly holds: number[]
  readonly waits: number[]
}

export interface BruteFigures {
  /** By source. */
  readonly states: Map<number, Float64Array>
  readonly waitedGil: Map<number, number>
  readonly waitedLock: Map<number, number>
  readonly waitsOfLane: Map<number, number>
  readonly longestWait: Map<number, number>
  /** By resource id. */
  readonly locks: Map<number, BruteLock>
  /** Waits by resource that is no lock. */
  readonly waitsBegun: Map<number, number>
  readonly depth: { value: number; maximum: number }
  readonly taken: { value: number; maximum: number; acquired: number; contended: number }
  puts: number
  gets: number
  readonly residence: number[]
  /** Nanoseconds with so many lanes running. */
  readonly byCount: number[]
}

const isLock = (kind: number | undefined): boolean =>
  kind === ResourceKind.lock || kind === ResourceKind.rlock || kind === ResourceKind.gil

/** @param end up to when the run is known. Events of the time `from` itself are before the range. */
export function bruteForce(events: readonly RawEvent[], end: number, wanted: Wanted): BruteFigures {
  const after = wanted.from <= 0 ? -1 : wanted.from
  const to = Math.min(end, wanted.to)
  const inRange = (time: number) => time > after && time <= to
  const overlap = (from: number, until: number) =>
    Math.max(0, Math.min(until, to) - Math.max(from, Math.max(0, wanted.from)))

  const kinds = new Map<number, number>()
  const lanes = new Map<number, LaneNow>()
  const owner = new Map<number, { source: number; since: number }>()
  /** A worker runs one thread after the other: the how manieth of which source it was. */
  const lastOwner = new Map<number, string>()
  const threads = new Map<number, number>()
  const putAt = new Map<number, number>()
  const figures: BruteFigures = {
    states: new Map(),
    waitedGil: new Map(),
    waitedLock: new Map(),
    waitsOfLane: new Map(),
    longestWait: new Map(),
    locks: new Map(),
    waitsBegun: new Map(),
    depth: { value: 0, maximum: 0 },
    taken: { value: 0, maximum: 0, acquired: 0, contended: 0 },
    puts: 0,
    gets: 0,
    residence: [],
    byCount: [],
  }
  const lockOf = (id: number): BruteLock => {
    let lock = figures.locks.get(id)
    if (!lock)
      figures.locks.set(
        id,
        (lock = {
          ...{ acquired: 0, contended: 0, switches: 0, heldFor: 0, waitedFor: 0 },
          ...{ holds: [], waits: [] },
        }),
      )
    return lock
  }
  const add = (map: Map<number, number>, key: number, by: number) =>
    map.set(key, (map.get(key) ?? 0) + by)
  let depth = 0
  let taken = 0
  let before = 0

  /** Everything stays as it is from `from` until `until`. */
  const pass = (from: number, until: number) => {
    const time = overlap(from, until)
    if (time === 0) return
    let running = 0
    for (const [source, lane] of lanes) {
      let { state } = lane
      const holdsUp = [...owner].some(
        ([id, { source: by }]) =>
          by === source && [...lanes.values()].some(({ waitsFor }) => waitsFor === id),
      )
      if (state === LaneState.running && holdsUp) state = LaneState.holding
      const states = figures.states.get(source) ?? new Float64Array(8)
      states[state] = (states[state] ?? 0) + time
      figures.states.set(source, states)
      if ([LaneState.running, LaneState.holding, LaneState.processor].some((one) => one === state))
        running++
      if (lane.waitsFor !== 0) {
        const kind = kinds.get(lane.waitsFor)
        if (kind === ResourceKind.gil) add(figures.waitedGil, source, time)
        else if (lane.why === Wait.acquire) add(figures.waitedLock, source, time)
        lockOf(lane.waitsFor).waitedFor += time
      }
    }
    for (const id of owner.keys()) lockOf(id).heldFor += time
    figures.byCount[running] = (figures.byCount[running] ?? 0) + time
  }

  const endWait = (source: number, lane: LaneNow, time: number) => {
    if (lane.waitsFor === 0) return
    if (inRange(time)) {
      lockOf(lane.waitsFor).waits.push(time - lane.since)
      longer(source, lane, time)
      // One that lasts beyond the range counts as far as it had come.
    } else if (time > to && lane.since <= to) longer(source, lane, to)
    lane.waitsFor = 0
    lane.state = LaneState.running
  }
  const longer = (source: number, { why, since }: LaneNow, until: number) => {
    if (why !== Wait.acquire) return
    const longest = figures.longestWait.get(source) ?? 0
    figures.longestWait.set(source, Math.max(longest, until - since))
  }
  const noteDepth = (time: number) => {
    if (time <= to) figures.depth.value = depth
    if (inRange(time)) figures.depth.maximum = Math.max(figures.depth.maximum, depth)
    else if (time <= after) figures.depth.maximum = depth
  }
  const noteTaken = (time: number) => {
    if (time <= to) figures.taken.value = taken
    if (inRange(time)) figures.taken.maximum = Math.max(figures.taken.maximum, taken)
    else if (time <= after) figures.taken.maximum = taken
  }

  for (const { source, time, kind, resource = 0, words: [a = 0, b = 0] = [] } of events) {
    pass(before, time)
    before = time
    const lane = lanes.get(source) ?? { state: LaneState.none, waitsFor: 0, why: 0, since: 0 }
    lanes.set(source, lane)
    if (kind === EventKind.laneStart) {
      lane.state = LaneState.running
      threads.set(source, (threads.get(source) ?? 0) + 1)
    } else if (kind === EventKind.laneEnd) {
      endWait(source, lane, time)
      lane.state = LaneState.none
    } else if (kind === EventKind.resource) kinds.set(resource, a)
    else if (kind === EventKind.state) {
      endWait(source, lane, time)
      lane.state = a as LaneState
    } else if (kind === EventKind.waitBegin) {
      lane.waitsFor = resource
      lane.why = b
      lane.since = time
      lane.state =
        b === Wait.acquire ? LaneState.waiting : b === Wait.event ? LaneState.idle : LaneState.queue
      if (inRange(time)) {
        add(figures.waitsBegun, resource, 1)
        if (b === Wait.acquire) add(figures.waitsOfLane, source, 1)
      }
    } else if (kind === EventKind.waitEnd) endWait(source, lane, time)
    else if (kind === EventKind.acquire && isLock(kinds.get(resource))) {
      const lock = lockOf(resource)
      const last = lastOwner.get(resource)
      const thread = `${source}.${threads.get(source)}`
      if (inRange(time)) {
        lock.acquired++
        lock.contended += a
        if (last !== undefined && last !== thread) lock.switches++
      }
      lastOwner.set(resource, thread)
      owner.set(resource, { source, since: time })
    } else if (kind === EventKind.release && isLock(kinds.get(resource))) {
      const hold = owner.get(resource)
      if (hold && inRange(time)) lockOf(resource).holds.push(time - hold.since)
      owner.delete(resource)
    } else if (kind === EventKind.acquire) {
      taken++
      noteTaken(time)
      if (inRange(time)) {
        figures.taken.acquired++
        figures.taken.contended += a
      }
    } else if (kind === EventKind.release) {
      taken--
      noteTaken(time)
    } else if (kind === EventKind.put) {
      depth++
      noteDepth(time)
      putAt.set(a, time)
      if (inRange(time)) figures.puts++
    } else if (kind === EventKind.get) {
      depth--
      noteDepth(time)
      if (inRange(time)) {
        figures.gets++
        figures.residence.push(time - (putAt.get(a) ?? NaN))
      }
    }
  }
  pass(before, Math.max(before, end))
  for (const [source, lane] of lanes)
    if (lane.waitsFor !== 0 && lane.since <= to) longer(source, lane, to)
  return figures
}
