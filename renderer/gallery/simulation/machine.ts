/**
 * A computer that does not exist: threads are generators, time passes only when they say so, and
 * everything is written down in the events that real threads record. So the gallery shows what the
 * product would show of such a program.
 */
import {
  EventKind,
  IDENT_RANGE,
  LaneEnd,
  LaneKind,
  LaneState,
  MarkKind,
  OutputStream,
  Place,
  type ResourceKind,
} from '../../../main/trace/model.ts'
import type { Random } from '../random.ts'
import { EventLog } from './event-log.ts'

/** Yields nanoseconds until it goes on by itself; Infinity: somebody wakes it. */
export type Steps<Result = void> = Generator<number, Result, void>
export type Program = (thread: Thread) => Steps

/** Nanoseconds that go by with every event: no two happen at once. */
const EVENT_TAKES = 37
/** From the release of a lock until the one that waited for it runs. */
const WAKE_TAKES = 8_000
/** Who waits for longer says where in the program. */
const LOCATED_AFTER = 100e6

export interface StartOptions {
  readonly name: string
  readonly kind?: LaneKind
  /** Absent: that of the thread that starts it. */
  readonly pid?: number
}

export class Thread {
  readonly machine: Machine
  readonly name: string
  readonly pid: number
  readonly ident: number
  readonly log = new EventLog()
  /** Nanoseconds since the beginning. */
  wakeAt = 0
  isAlive = true
  readonly #steps: Steps
  readonly #joiners: Thread[] = []
  #wakes = 0

  constructor(machine: Machine, name: string, pid: number, ident: number, program: Program) {
    this.machine = machine
    this.name = name
    this.pid = pid
    this.ident = ident
    this.#steps = program(this)
  }

  record(kind: EventKind, resource = 0, a = 0, b = 0, c = 0, text = ''): void {
    this.log.write((this.machine.now += EVENT_TAKES), kind, resource, a, b, c, text)
  }

  /** Goes on until it waits or ends. */
  proceed(): void {
    this.wakeAt = Infinity
    const step = this.#steps.next()
    if (step.done !== true) this.wakeAt = this.machine.now + Math.round(step.value)
    else if (this.isAlive) this.end(LaneEnd.returned)
  }

  end(how: LaneEnd, code = 0): void {
    this.isAlive = false
    this.wakeAt = Infinity
    this.record(EventKind.laneEnd, 0, this.ident, how, code)
    for (const joiner of this.#joiners) joiner.wake()
  }

  start(options: StartOptions, program: Program): Thread {
    return this.machine.start({ pid: this.pid, ...options }, program, this.ident)
  }

  *compute(nanoseconds: number): Steps {
    yield nanoseconds
  }

  *sleep(nanoseconds: number): Steps {
    yield* this.inState(LaneState.sleeping, nanoseconds)
  }

  *inState(state: LaneState, nanoseconds: number): Steps {
    this.record(EventKind.state, 0, state)
    yield nanoseconds
    this.record(EventKind.state, 0, LaneState.running)
  }

  *join(...threads: readonly Thread[]): Steps {
    for (const thread of threads) {
      if (!thread.isAlive) continue
      this.record(EventKind.state, 0, LaneState.idle, thread.ident)
      thread.#joiners.push(this)
      yield Infinity
      this.record(EventKind.state, 0, LaneState.running)
    }
  }

  /** Until somebody wakes it. @param at the line of the program where it waits. */
  *park(at = ''): Steps {
    const before = this.#wakes
    yield at === '' ? Infinity : LOCATED_AFTER
    if (this.#wakes > before) return
    this.record(EventKind.location, 0, Place.waits, 0, 0, at)
    yield Infinity
  }

  wake(after = WAKE_TAKES): void {
    this.#wakes++
    this.wakeAt = this.machine.now + Math.round(after)
  }

  print(text: string, stream: OutputStream = OutputStream.out): void {
    this.record(EventKind.output, 0, stream, 0, 0, text)
  }

  beginSection(variant: string, repeat = 1): void {
    this.record(EventKind.mark, 0, MarkKind.sectionBegin, repeat, 0, variant)
  }

  endSection(variant: string, repeat = 1): void {
    this.record(EventKind.mark, 0, MarkKind.sectionEnd, repeat, 0, variant)
  }

  /** A new lock, queue, …: it enters the trace. @returns its id. */
  declare(kind: ResourceKind, name: string, at: string, capacity = 0): number {
    const resource = this.machine.allocateResource(this.pid)
    this.record(EventKind.resource, resource, kind, capacity, 0, `${name}\n${at}`)
    return resource
  }
}

export class Machine {
  readonly random: Random
  readonly threads: Thread[] = []
  now = 0
  readonly #pids: number[] = []
  readonly #resources = new Map<number, number>()

  constructor(random: Random) {
    this.random = random
  }

  start({ name, kind, pid = 0 }: StartOptions, program: Program, parent = 0): Thread {
    if (!this.#pids.includes(pid)) this.#pids.push(pid)
    const inProcess = this.threads.filter((thread) => thread.pid === pid).length
    const ident = this.processNumber(pid) * IDENT_RANGE + inProcess + 1
    const thread = new Thread(this, name, pid, ident, program)
    this.threads.push(thread)
    const laneKind = kind ?? (inProcess === 0 ? LaneKind.main : LaneKind.thread)
    thread.record(EventKind.laneStart, 0, ident, parent, laneKind, name)
    thread.wakeAt = this.now
    return thread
  }

  /** 0, 1, 2, … in the order in which processes began. */
  processNumber(pid: number): number {
    return this.#pids.indexOf(pid)
  }

  allocateResource(pid: number): number {
    const id = (this.#resources.get(pid) ?? this.processNumber(pid) * IDENT_RANGE) + 1
    this.#resources.set(pid, id)
    return id
  }

  /** Until nobody can go on, at the latest until then; who is still alive is terminated. */
  run(until: number): void {
    for (;;) {
      const thread = this.#next()
      if (thread.wakeAt > until) break
      this.now = Math.max(this.now, thread.wakeAt)
      thread.proceed()
    }
    const alive = this.threads.filter(({ isAlive }) => isAlive)
    if (alive.length === 0) return
    this.now = Math.max(this.now, until)
    for (const thread of alive) thread.end(LaneEnd.terminated)
  }

  #next(): Thread {
    let [first] = this.threads
    if (!first) throw new Error('a program begins with a thread')
    for (const thread of this.threads) if (thread.wakeAt < first.wakeAt) first = thread
    return first
  }
}
