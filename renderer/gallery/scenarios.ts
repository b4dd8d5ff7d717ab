/**
 * Small simulations that give the gallery and the fake host something true to nature to draw.
 * All times are nanoseconds since the start of the run.
 */
import type { OutputLine, TrackInfo } from '../../main/run/contract.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { LaneState, ResourceKind } from '../../main/trace/model.ts'
import { seededRandom, type Random } from './random.ts'

const MS = 1e6

/** Contiguous states of one row: state i lasts from starts[i] to starts[i + 1]. */
export class SpanRecord {
  readonly starts: number[] = [0]
  readonly states: number[] = [LaneState.none]
  readonly details: number[] = [0]

  set(time: number, state: LaneState, detail = 0): void {
    const last = this.starts.length - 1
    if (this.states[last] === state && this.details[last] === detail) return
    if (this.starts[last] === time) {
      this.states[last] = state
      this.details[last] = detail
      return
    }
    this.starts.push(time)
    this.states.push(state)
    this.details.push(detail)
  }
}

/** A step function: values[i] from times[i] on. */
export class StepRecord {
  readonly times: number[] = [0]
  readonly values: number[] = [0]

  set(time: number, value: number): void {
    this.times.push(time)
    this.values.push(value)
  }
  get last(): number {
    return this.values[this.values.length - 1] ?? 0
  }
}

export interface SyntheticTrack {
  readonly info: TrackInfo
  readonly spans?: SpanRecord
  /** Waiters of a lock, depth of a queue. */
  readonly steps?: StepRecord
  readonly puts?: readonly number[]
  readonly gets?: readonly number[]
}

export interface Scenario {
  readonly duration: number
  readonly tracks: readonly SyntheticTrack[]
  readonly output: readonly OutputLine[]
}

export type ScenarioName = 'gil' | 'lock' | 'queue'

const lane = (id: number, name: string, pid: number, subtitle = ''): TrackInfo => ({
  id,
  kind: 'lane',
  group: `process ${pid}`,
  name,
  subtitle,
  subject: id,
  pid,
  measured: true,
})

const print = (time: number, name: string, text: string): OutputLine => ({
  time: nanoseconds(time),
  lane: name,
  stream: 'out',
  text,
})

interface Turns {
  readonly names: readonly string[]
  readonly pid: number
  readonly lock: TrackInfo
  /** How long the lock is held, and how long the thread stays away from it. */
  readonly hold: (random: Random) => number
  readonly away: (random: Random) => number
}

/** Threads that take turns at one lock, first come first served, until `duration`. */
function takeTurns(
  random: Random,
  duration: number,
  { names, pid, lock, hold, away }: Turns,
): SyntheticTrack[] {
  const lanes = names.map((name, index) => ({
    info: lane(index + 2, name, pid),
    spans: new SpanRecord(),
  }))
  const holder = new SpanRecord()
  const waiters = new StepRecord()
  const line: number[] = []
  let held = -1
  const events = lanes.map((_, index) => ({
    time: (index + 1) * 0.4 * MS,
    index,
    release: false,
  }))
  for (const { spans } of lanes) spans.set(0.3 * MS, LaneState.running)

  const show = (time: number) => {
    waiters.set(time, line.length)
    const contended = line.length > 0
    const state = contended ? LaneState.holding : LaneState.running
    holder.set(time, held < 0 ? LaneState.none : state, held < 0 ? 0 : held + 2)
    if (held >= 0) lanes[held]?.spans.set(time, state, contended ? lock.subject : 0)
  }
  const take = (time: number, index: number) => {
    held = index
    events.push({ time: time + hold(random), index, release: true })
  }
  for (;;) {
    events.sort((left, right) => left.time - right.time)
    const event = events.shift()
    if (!event || event.time > duration) break
    const { time, index } = event
    const spans = lanes[index]?.spans
    if (event.release) {
      spans?.set(time, LaneState.running)
      events.push({ time: time + away(random), index, release: false })
      held = -1
      const next = line.shift()
      if (next !== undefined) take(time, next)
    } else if (held < 0) {
      take(time, index)
    } else {
      line.push(index)
      spans?.set(time, LaneState.waiting, lock.subject)
    }
    show(time)
  }
  for (const { spans } of lanes) spans.set(duration - 0.2 * MS, LaneState.none)
  holder.set(duration - 0.2 * MS, LaneState.none)
  waiters.set(duration - 0.2 * MS, 0)
  return [...lanes, { info: lock, spans: holder, steps: waiters }]
}

function mainJoining(pid: number, duration: number): SyntheticTrack {
  const spans = new SpanRecord()
  spans.set(0, LaneState.running)
  spans.set(0.4 * MS, LaneState.idle)
  spans.set(duration - 0.1 * MS, LaneState.running)
  return { info: lane(1, 'MainThread', pid), spans }
}

function gil(random: Random): Scenario {
  const duration = 5_071 * MS
  const lock: TrackInfo = {
    id: 101,
    kind: 'gil',
    group: 'Locks',
    name: 'GIL',
    subtitle: 'emulated, switch interval 5 ms',
    subject: 1,
    pid: 4711,
    resource: ResourceKind.gil,
    measured: true,
  }
  const tracks = takeTurns(random, duration, {
    names: ['Thread-1', 'Thread-2'],
    pid: 4711,
    lock,
    hold: (source) => source.between(4.95, 5.12) * MS + (source.next() < 0.02 ? 3 * MS : 0),
    away: (source) => source.between(0.01, 0.02) * MS,
  })
  return {
    duration,
    tracks: [mainJoining(4711, duration), ...tracks],
    output: [
      print(0.5 * MS, 'MainThread', 'two threads, count 50000000'),
      print(duration - MS, 'MainThread', 'finished in 5.06 s'),
    ],
  }
}

function busyLock(random: Random): Scenario {
  const duration = 6_820 * MS
  const lock: TrackInfo = {
    id: 101,
    kind: 'lock',
    group: 'Locks',
    name: 'tally',
    subtitle: 'Lock, program.ts:12',
    subject: 1,
    pid: 5302,
    resource: ResourceKind.lock,
    measured: true,
  }
  const tracks = takeTurns(random, duration, {
    names: ['worker-1', 'worker-2', 'worker-3', 'worker-4'],
    pid: 5302,
    lock,
    hold: (source) => source.between(0.9, 1.7) * MS,
    away: (source) => 0.3 * MS + source.exponential(1.6 * MS),
  })
  return {
    duration,
    tracks: [mainJoining(5302, duration), ...tracks],
    output: [print(duration - MS, 'MainThread', 'tally is 5000')],
  }
}

function senderReceiver(random: Random): Scenario {
  const duration = 4_100 * MS
  const queueInfo: TrackInfo = {
    id: 101,
    kind: 'queue',
    group: 'Queues',
    name: 'q',
    subtitle: 'Queue, program.ts:8',
    subject: 1,
    pid: 5120,
    resource: ResourceKind.queue,
    measured: true,
  }
  const receiver = { info: lane(1, 'MainThread', 5120), spans: new SpanRecord() }
  const sender = { info: lane(2, 'MainThread', 5123), spans: new SpanRecord() }
  const puts: number[] = []
  sender.spans.set(20 * MS, LaneState.running)
  for (let time = 40 * MS, round = 0; time < duration; round++) {
    const burst = round % 14 === 2 ? 9 : 1
    for (let item = 0; item < burst && time < duration; item++) {
      sender.spans.set(time, LaneState.running)
      time += random.between(1.2, 2.6) * MS
      puts.push(time)
    }
    sender.spans.set(time, LaneState.sleeping)
    time += random.between(46, 54) * MS
  }
  const gets: number[] = []
  const output: OutputLine[] = []
  let free = 5 * MS
  receiver.spans.set(0, LaneState.running)
  for (const [item, put] of puts.entries()) {
    if (put > free) receiver.spans.set(free, LaneState.queue, queueInfo.subject)
    const got = Math.max(put, free)
    if (got > duration) break
    gets.push(got)
    output.push(print(got, 'MainThread', String(item)))
    receiver.spans.set(got, LaneState.running)
    receiver.spans.set(got + 1.6 * MS, LaneState.sleeping)
    free = got + random.between(30, 36) * MS
    receiver.spans.set(free, LaneState.running)
  }
  const depth = new StepRecord()
  for (let put = 0, get = 0; put < puts.length || get < gets.length;) {
    const nextPut = puts[put] ?? Infinity
    const nextGet = gets[get] ?? Infinity
    if (nextPut <= nextGet) {
      put += 1
      depth.set(nextPut, depth.last + 1)
    } else {
      get += 1
      depth.set(nextGet, depth.last - 1)
    }
  }
  const exit: SyntheticTrack = {
    info: {
      ...queueInfo,
      id: 102,
      kind: 'event',
      group: 'Events',
      name: 'exit',
      subtitle: 'Event, program.ts:9',
      subject: 2,
      resource: ResourceKind.event,
    },
    steps: new StepRecord(),
  }
  exit.steps?.set(900 * MS, 1)
  exit.steps?.set(2_600 * MS, 0)
  return {
    duration,
    tracks: [receiver, sender, { info: queueInfo, steps: depth, puts, gets }, exit],
    output,
  }
}

export function makeScenario(name: ScenarioName, seed: number): Scenario {
  const random = seededRandom(seed)
  switch (name) {
    case 'gil':
      return gil(random)
    case 'lock':
      return busyLock(random)
    case 'queue':
      return senderReceiver(random)
  }
}
