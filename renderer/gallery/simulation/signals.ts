/** What threads wait for that nobody holds: permits, notifications, the others, an event. */
import { EventKind, ResourceKind, Wait, WaitOutcome } from '../../../main/trace/model.ts'
import type { Lock } from './locks.ts'
import type { Steps, Thread } from './machine.ts'

export class Semaphore {
  readonly #resource: number
  readonly #line: Thread[] = []
  #free: number

  constructor(maker: Thread, name: string, at: string, permits: number) {
    this.#resource = maker.declare(ResourceKind.semaphore, name, at, permits)
    this.#free = permits
  }

  *acquire(thread: Thread): Steps {
    const waits = this.#free === 0
    if (waits) {
      thread.record(EventKind.waitBegin, this.#resource, 0, Wait.acquire)
      while (this.#free === 0) {
        this.#line.push(thread)
        yield* thread.park()
      }
      thread.record(EventKind.waitEnd, this.#resource, WaitOutcome.granted)
    }
    this.#free--
    thread.record(EventKind.acquire, this.#resource, waits ? 1 : 0)
  }

  release(thread: Thread): void {
    thread.record(EventKind.release, this.#resource, this.#line.length)
    this.#free++
    this.#line.shift()?.wake()
  }
}

/** Threads that wait until another lets them go on. */
class Line {
  readonly resource: number
  readonly #waiting: Thread[] = []
  readonly #why: Wait
  #endedBy = 0

  constructor(resource: number, why: Wait) {
    this.resource = resource
    this.#why = why
  }

  get length(): number {
    return this.#waiting.length
  }

  *wait(thread: Thread): Steps {
    thread.record(EventKind.waitBegin, this.resource, 0, this.#why)
    this.#waiting.push(thread)
    yield* thread.park()
    thread.record(EventKind.waitEnd, this.resource, WaitOutcome.granted, this.#endedBy)
  }

  /** @returns how many went on. */
  letGo(by: Thread, most = Infinity): number {
    this.#endedBy = by.ident
    const going = this.#waiting.splice(0, most)
    for (const thread of going) thread.wake()
    return going.length
  }
}

export class Condition {
  readonly #lock: Lock
  readonly #line: Line

  constructor(maker: Thread, name: string, at: string, lock: Lock) {
    this.#lock = lock
    this.#line = new Line(maker.declare(ResourceKind.condition, name, at), Wait.notify)
  }

  /** With the lock held, as before and after it. */
  *wait(thread: Thread): Steps {
    this.#lock.release(thread)
    yield* this.#line.wait(thread)
    yield* this.#lock.acquire(thread)
  }

  notify(thread: Thread, count = 1): void {
    const granted = Math.min(count, this.#line.length)
    thread.record(EventKind.notify, this.#line.resource, granted)
    this.#line.letGo(thread, count)
  }
}

export class Barrier {
  readonly #line: Line
  readonly #parties: number

  constructor(maker: Thread, name: string, at: string, parties: number) {
    const resource = maker.declare(ResourceKind.barrier, name, at, parties)
    this.#line = new Line(resource, Wait.barrier)
    this.#parties = parties
  }

  *wait(thread: Thread): Steps {
    if (this.#line.length < this.#parties - 1) yield* this.#line.wait(thread)
    else this.#line.letGo(thread)
  }
}

export class Event {
  readonly #line: Line
  #isSet = false

  constructor(maker: Thread, name: string, at: string) {
    this.#line = new Line(maker.declare(ResourceKind.event, name, at), Wait.event)
  }

  get isSet(): boolean {
    return this.#isSet
  }

  *wait(thread: Thread): Steps {
    if (!this.#isSet) yield* this.#line.wait(thread)
  }

  set(thread: Thread): void {
    this.#isSet = true
    thread.record(EventKind.set, this.#line.resource)
    this.#line.letGo(thread)
  }

  clear(thread: Thread): void {
    this.#isSet = false
    thread.record(EventKind.clear, this.#line.resource)
  }
}
