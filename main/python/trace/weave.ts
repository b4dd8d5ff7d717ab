/**
 * What the threads of one process do, from two witnesses: the probe tells exactly what a thread is
 * about to do and when it goes on; samples tell which thread holds the GIL and what the system has
 * the others do meanwhile. Where a thread says that it runs, or is about to wait, whichever is the
 * newer of the two is believed: a thread that records something holds the GIL at that moment, and
 * one that was told to wait for a lock but is seen to queue for the GIL has got its lock.
 *
 * | the thread said | sampled since                   | shown                        |
 * |-----------------|---------------------------------|------------------------------|
 * | it runs         | holds the GIL, or nothing       | running                      |
 * |                 | queues for the GIL              | waits for the GIL            |
 * |                 | runnable, another has the GIL   | waits for a processor        |
 * |                 | in a system call                | sleeping                     |
 * |                 | at another futex                | idle                         |
 * | it waits        | holds the GIL                   | running                      |
 * |                 | queues for the GIL              | waits for the GIL            |
 * |                 | anything else                   | as it said                   |
 */
import {
  EventKind,
  HOLDER_UNKNOWN,
  LaneState,
  Wait,
  WaitOutcome,
  type EventKind as Kind,
} from '../../trace/model.ts'
import { Activity } from '../sampler/samples.ts'

/** Takes the events that are woven in between those of a thread; `resource` 0: none. */
export type Emit<Thread> = (
  thread: Thread,
  time: number,
  kind: Kind,
  resource: number,
  a: number,
  b: number,
  c: number,
) => void

type Shown = 'running' | 'told' | 'gil' | 'processor' | 'sleeping' | 'idle'

interface Woven<Thread> {
  readonly thread: Thread
  readonly threadState: number
  isWaiting: boolean
  /** What it said when it began to wait. */
  kind: Kind
  resource: number
  a: number
  b: number
  c: number
  /** When it last said anything. */
  toldSince: number
  activity: Activity | undefined
  /** When what was sampled of it was last known to be so. */
  seen: number
  shown: Shown
}

const STATES: Readonly<Partial<Record<Shown, LaneState>>> = {
  running: LaneState.running,
  processor: LaneState.processor,
  sleeping: LaneState.sleeping,
  idle: LaneState.idle,
}

export class Weave<Thread> {
  /** Nanoseconds between two samples: what was not said to have changed by then is as it was. */
  period = 1_000_000
  /** Threads take turns; else they run side by side, and nobody holds anything. */
  hasGil: boolean
  readonly #gil: number
  readonly #emit: Emit<Thread>
  readonly #threads = new Map<Thread, Woven<Thread>>()
  readonly #byNative = new Map<number, Woven<Thread>>()
  readonly #byState = new Map<number, Woven<Thread>>()
  /** As sampled; 0: nobody's. */
  #holderState = 0
  #isSampled = false
  #holder: Woven<Thread> | undefined

  /** @param gil number of the resource. */
  constructor(gil: number, hasGil: boolean, emit: Emit<Thread>) {
    this.#gil = gil
    this.hasGil = hasGil
    this.#emit = emit
  }

  /** @param threadState address of its PyThreadState; 0: not known. */
  begin(thread: Thread, time: number, native: number, threadState: number): void {
    const woven: Woven<Thread> = {
      ...{ thread, threadState, isWaiting: false },
      ...{ kind: EventKind.state, resource: 0, a: 0, b: 0, c: 0 },
      ...{ toldSince: time, activity: undefined, seen: -1, shown: 'running' },
    }
    this.#threads.set(thread, woven)
    this.#byNative.set(native, woven)
    if (threadState === 0) return
    this.#byState.set(threadState, woven)
    if (this.#holderState === threadState) this.#hand(time)
  }

  /** Its lane ends now. */
  end(thread: Thread, time: number): void {
    const woven = this.#threads.get(thread)
    if (!woven) return
    this.#endWait(woven, time)
    this.#threads.delete(thread)
    for (const map of [this.#byNative, this.#byState])
      for (const [key, value] of map) if (value === woven) map.delete(key)
    if (this.#holder === woven) this.#hand(time)
  }

  /** The thread's own event. @returns whether it is to be written: one may have been woven in. */
  event(
    thread: Thread,
    time: number,
    kind: Kind,
    resource: number,
    a: number,
    b: number,
    c: number,
  ): boolean {
    const woven = this.#threads.get(thread)
    if (!woven) return true
    woven.toldSince = time
    const begins =
      kind === EventKind.waitBegin || (kind === EventKind.state && a !== LaneState.running)
    if (begins) {
      if (woven.shown === 'gil') this.#goOn(woven, time)
      Object.assign(woven, { kind, resource, a, b, c, isWaiting: true, shown: 'told' })
      return true
    }
    const ends =
      kind === EventKind.waitEnd ||
      kind === EventKind.state ||
      (kind === EventKind.acquire && woven.isWaiting && resource === woven.resource)
    if (ends) {
      woven.isWaiting = false
      if (woven.shown === 'told') {
        woven.shown = 'running'
        return true
      }
      this.#goOn(woven, time)
      return kind === EventKind.acquire
    }
    if (woven.shown !== 'told') this.#goOn(woven, time)
    return true
  }

  /** From now on the thread with this PyThreadState holds the GIL; 0: nobody. Until `settle`: said only. */
  holder(threadState: number): void {
    this.#holderState = threadState
    this.#isSampled = true
  }

  activity(time: number, native: number, activity: Activity): void {
    const woven = this.#byNative.get(native)
    if (!woven) return
    woven.activity = activity
    woven.seen = time
  }

  /** All that was sampled up to this time has been said. */
  settle(time: number): void {
    this.#hand(time)
    for (const woven of this.#threads.values()) {
      const { toldSince, seen } = woven
      if (seen >= 0 && seen < toldSince && toldSince + this.period <= time) woven.seen = time
      const shown = this.#wanted(woven)
      if (shown !== woven.shown) this.#show(woven, time, shown)
    }
  }

  /** The GIL goes to whom it was sampled at. */
  #hand(time: number): void {
    const before = this.#holder
    const state = this.#holderState
    const after = state === 0 || !this.hasGil ? undefined : this.#byState.get(state)
    if (after && (this.#isSampled || before !== after)) after.seen = time
    this.#isSampled = false
    if (before === after) return
    this.#holder = after
    if (before) {
      before.seen = time
      this.#emit(before.thread, time, EventKind.release, this.#gil, 0, 0, 0)
    }
    if (!after) return
    const waited = after.shown === 'gil'
    // It holds the GIL, so whatever it waited for has come.
    if (!waited) this.#goOn(after, time)
    after.shown = 'running'
    this.#emit(after.thread, time, EventKind.acquire, this.#gil, waited ? 1 : 0, 0, 0)
  }

  #wanted(woven: Woven<Thread>): Shown {
    const { activity, seen, toldSince, isWaiting } = woven
    const isNews = seen > toldSince
    const queues = this.hasGil && activity === Activity.waitsForGil
    if (isWaiting) {
      if (!isNews) return woven.shown === 'running' ? 'running' : 'told'
      if (this.#holder === woven) return 'running'
      return queues ? 'gil' : 'told'
    }
    if (!isNews || this.#holder === woven) return 'running'
    if (queues) return 'gil'
    switch (activity) {
      case Activity.runnable:
        return this.#holder ? 'processor' : 'running'
      case Activity.waits:
      case Activity.waitsForGil:
        return 'idle'
      case Activity.blocked:
        return 'sleeping'
      default:
        return 'running'
    }
  }

  #show(woven: Woven<Thread>, time: number, shown: Shown): void {
    const { thread, kind, resource, a, b, c } = woven
    if (shown === 'running') return this.#goOn(woven, time)
    this.#endWait(woven, time)
    woven.shown = shown
    const state = STATES[shown]
    if (state !== undefined) this.#emit(thread, time, EventKind.state, 0, state, 0, 0)
    else if (shown === 'told') this.#emit(thread, time, kind, resource, a, b, c)
    else this.#emit(thread, time, EventKind.waitBegin, this.#gil, HOLDER_UNKNOWN, Wait.acquire, 0)
  }

  /** It runs again. */
  #goOn(woven: Woven<Thread>, time: number): void {
    const { thread, shown } = woven
    if (shown === 'running') return
    if (!this.#endWait(woven, time))
      this.#emit(thread, time, EventKind.state, 0, LaneState.running, 0, 0)
    woven.shown = 'running'
  }

  /** @returns whether it was in a wait, which has ended well: nothing else would let it go on. */
  #endWait({ thread, shown, kind, resource }: Woven<Thread>, time: number): boolean {
    const waits = shown === 'gil' || (shown === 'told' && kind === EventKind.waitBegin)
    const what = shown === 'gil' ? this.#gil : resource
    if (waits) this.#emit(thread, time, EventKind.waitEnd, what, WaitOutcome.granted, 0, 0)
    return waits
  }
}
