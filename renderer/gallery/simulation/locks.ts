import { EventKind, Place, ResourceKind, Wait, WaitOutcome } from '../../../main/trace/model.ts'
import type { Steps, Thread } from './machine.ts'

/** A release makes the thread that has waited longest the owner. */
export class Lock {
  readonly #resource: number
  readonly #line: Thread[] = []
  readonly #located = new Set<Thread>()
  #owner: Thread | undefined
  #releasedBy = 0

  constructor(maker: Thread, name: string, at: string, kind: ResourceKind = ResourceKind.lock) {
    this.#resource = maker.declare(kind, name, at)
  }

  /** @param at the line of the program that acquires it. */
  *acquire(thread: Thread, at = ''): Steps {
    const owner = this.#owner
    if (owner) {
      thread.record(EventKind.waitBegin, this.#resource, owner.ident, Wait.acquire)
      this.#line.push(thread)
      yield* thread.park(at)
      thread.record(EventKind.waitEnd, this.#resource, WaitOutcome.granted, this.#releasedBy)
    }
    this.#owner = thread
    thread.record(EventKind.acquire, this.#resource, owner ? 1 : 0)
    if (at === '' || this.#located.has(thread)) return
    this.#located.add(thread)
    thread.record(EventKind.location, this.#resource, Place.acquired, 0, 0, at)
  }

  release(thread: Thread): void {
    thread.record(EventKind.release, this.#resource, this.#line.length)
    this.#releasedBy = thread.ident
    this.#owner = this.#line.shift()
    this.#owner?.wake()
  }
}

/** The emulated GIL: who waits for one switch interval asks the holder to drop it. */
export class Gil {
  readonly #resource: number
  readonly #interval: number
  #holder: Thread | undefined
  #waiting: Thread | undefined
  #isDropRequested = false

  constructor(maker: Thread, interval: number) {
    this.#resource = maker.declare(ResourceKind.gil, 'GIL', '')
    this.#interval = interval
  }

  /** Computes while holding it, and hands it over when asked to. For two threads. */
  *compute(thread: Thread, nanoseconds: number): Steps {
    const { machine } = thread
    yield* this.#take(thread)
    for (let left = nanoseconds; left > 0;) {
      const began = machine.now
      yield left
      left -= machine.now - began
      if (left <= 0 || !this.#isDropRequested) continue
      this.#drop(thread)
      thread.record(EventKind.waitBegin, this.#resource, this.#holder?.ident ?? 0, Wait.acquire)
      yield* this.#wait(thread)
    }
    this.#drop(thread)
  }

  *#take(thread: Thread): Steps {
    if (this.#holder) {
      thread.record(EventKind.waitBegin, this.#resource, this.#holder.ident, Wait.acquire)
      yield* this.#wait(thread)
    } else this.#acquire(thread, 0)
  }

  *#wait(thread: Thread): Steps {
    this.#waiting = thread
    yield this.#interval
    const holder = this.#holder
    if (holder && holder !== thread) {
      thread.record(EventKind.dropRequest, this.#resource, holder.ident)
      this.#isDropRequested = true
      // At its next checkpoint; now and then that is far away.
      const { random } = thread.machine
      holder.wake(random.next() < 0.02 ? 3e6 : random.between(10e3, 120e3))
      yield Infinity
    }
    thread.record(EventKind.waitEnd, this.#resource, WaitOutcome.granted, holder?.ident)
    this.#acquire(thread, 1)
  }

  #acquire(thread: Thread, waited: number): void {
    this.#holder = thread
    this.#isDropRequested = false
    thread.record(EventKind.acquire, this.#resource, waited)
  }

  #drop(thread: Thread): void {
    const next = this.#waiting
    thread.record(EventKind.release, this.#resource, next ? 1 : 0)
    this.#waiting = undefined
    this.#holder = next
    next?.wake()
  }
}
