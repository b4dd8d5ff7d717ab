/**
 * Made-up programs for the questions about ranges: threads that take locks, wait for each other's
 * items, permits and events, sleep and end, as the raw events that the primitives would record.
 * What they do is decided by a list of numbers, so that a failing one can be made shorter.
 */
import { EventKind, LaneState, ResourceKind, Wait, WaitOutcome } from '../../../main/trace/model.ts'
import { start, testRun, type TestRun } from '../support.ts'

export interface RawEvent {
  readonly source: number
  readonly time: number
  readonly kind: EventKind
  readonly resource?: number
  readonly words?: readonly number[]
  readonly text?: string
}

export const LOCKS = [70_001, 70_002] as const
export const GIL = 70_003
export const QUEUE = 70_004
export const SLOTS = 70_005
export const READY = 70_006
const MOST_SLOTS = 2

interface Thread {
  readonly source: number
  readonly ident: number
  waitsFor: number
  why: Wait
  since: number
  sleeps: boolean
  readonly holds: number[]
  permits: number
}

/** One after the other: at most one event at a time, so that the merged order is that of the list. */
export class Program {
  readonly events: RawEvent[] = []
  time = 0
  readonly #threads: Thread[]
  readonly #owner = new Map<number, Thread>()
  readonly #items: number[] = []
  #nextItem = 0
  #taken = 0
  #isSet = false

  constructor(threads: number) {
    const declared: readonly (readonly [number, ResourceKind, string, number])[] = [
      [LOCKS[0], ResourceKind.lock, 'Lock-1\nprogram.ts:1', 0],
      [LOCKS[1], ResourceKind.rlock, 'Lock-2\nprogram.ts:2', 0],
      [GIL, ResourceKind.gil, 'GIL', 0],
      [QUEUE, ResourceKind.queue, 'q\nprogram.ts:3', 5],
      [SLOTS, ResourceKind.semaphore, 'slots\nprogram.ts:4', MOST_SLOTS],
      [READY, ResourceKind.event, 'ready', 0],
    ]
    this.#threads = Array.from({ length: threads }, (_, index) => {
      const ident = 11 + index
      this.events.push({ source: index, ...start(index, ident, `Thread-${index + 1}`) })
      return {
        ...{ source: index, ident, waitsFor: 0, why: Wait.acquire, since: 0 },
        ...{ sleeps: false, holds: [], permits: 0 },
      }
    })
    this.time = threads
    for (const [resource, kind, text, capacity] of declared)
      this.#say(this.#threads[0], EventKind.resource, resource, [kind, capacity], text)
  }

  /** @param choice any number: who does what, and how much later. */
  step(choice: number): void {
    this.time += 1 + (choice % 37)
    const rest = Math.floor(choice / 37)
    const thread = this.#threads[rest % this.#threads.length]
    if (!thread) return
    const what = Math.floor(rest / this.#threads.length)
    if (thread.waitsFor !== 0) this.#goOn(thread, what)
    else if (thread.sleeps) this.#state(thread, LaneState.running)
    else this.#act(thread, what)
  }

  #act(thread: Thread, what: number): void {
    const [action, which] = [what % 9, Math.floor(what / 9)]
    const lock = [...LOCKS, GIL][which % 3] ?? GIL
    if (action < 3) this.#acquire(thread, lock)
    else if (action < 5) this.#release(thread, which)
    else if (action === 5) this.#put(thread)
    else if (action === 6) this.#get(thread)
    else if (action === 7) this.#permit(thread, which)
    else this.#rest(thread, which)
  }

  #acquire(thread: Thread, lock: number): void {
    if (thread.holds.includes(lock)) return
    const owner = this.#owner.get(lock)
    if (owner) this.#wait(thread, lock, Wait.acquire, owner.ident)
    else this.#own(thread, lock, 0)
  }

  #own(thread: Thread, lock: number, waited: number): void {
    this.#owner.set(lock, thread)
    thread.holds.push(lock)
    this.#say(thread, EventKind.acquire, lock, [waited])
  }

  #release(thread: Thread, which: number): void {
    const [lock] = thread.holds.splice(which % Math.max(1, thread.holds.length), 1)
    if (lock === undefined) return
    this.#owner.delete(lock)
    this.#say(thread, EventKind.release, lock, [0])
  }

  #put(thread: Thread): void {
    this.#items.push(this.#nextItem)
    this.#say(thread, EventKind.put, QUEUE, [this.#nextItem++, this.#items.length, 8])
  }

  #get(thread: Thread): void {
    const item = this.#items.shift()
    if (item === undefined) this.#wait(thread, QUEUE, Wait.get, 0)
    else this.#say(thread, EventKind.get, QUEUE, [item, this.#items.length, 8])
  }

  #permit(thread: Thread, which: number): void {
    if (thread.permits > 0 && which % 2 === 0) {
      thread.permits--
      this.#taken--
      this.#say(thread, EventKind.release, SLOTS, [0])
    } else if (this.#taken < MOST_SLOTS) this.#take(thread, 0)
    else this.#wait(thread, SLOTS, Wait.acquire, 0)
  }

  #take(thread: Thread, waited: number): void {
    thread.permits++
    this.#taken++
    this.#say(thread, EventKind.acquire, SLOTS, [waited])
  }

  #rest(thread: Thread, which: number): void {
    const action = which % 4
    if (action === 0) this.#state(thread, LaneState.sleeping)
    else if (action === 1) this.#state(thread, LaneState.processor)
    else if (this.#isSet || action === 2) {
      this.#isSet = !this.#isSet
      this.#say(thread, this.#isSet ? EventKind.set : EventKind.clear, READY, [])
    } else this.#wait(thread, READY, Wait.event, 0)
  }

  /** A waiting thread: gets what it waits for, or gives up, or waits on. */
  #goOn(thread: Thread, what: number): void {
    const { waitsFor } = thread
    if (what % 7 === 0) return this.#endWait(thread, WaitOutcome.timedOut, 0)
    const other = this.#threads[(thread.source + 1) % this.#threads.length]?.ident ?? 0
    if (waitsFor === QUEUE) {
      const item = this.#items.shift()
      if (item === undefined) return
      this.#endWait(thread, WaitOutcome.granted, other)
      this.time++
      this.#say(thread, EventKind.get, QUEUE, [item, this.#items.length, 8])
    } else if (waitsFor === SLOTS) {
      if (this.#taken >= MOST_SLOTS) return
      this.#endWait(thread, WaitOutcome.granted, other)
      this.time++
      this.#take(thread, 1)
    } else if (waitsFor === READY) {
      if (this.#isSet) this.#endWait(thread, WaitOutcome.granted, other)
    } else if (!this.#owner.has(waitsFor)) {
      this.#endWait(thread, WaitOutcome.granted, other)
      this.time++
      this.#own(thread, waitsFor, 1)
    }
  }

  #wait(thread: Thread, resource: number, why: Wait, holder: number): void {
    thread.waitsFor = resource
    thread.why = why
    this.#say(thread, EventKind.waitBegin, resource, [holder, why, 0])
  }

  #endWait(thread: Thread, outcome: WaitOutcome, by: number): void {
    this.#say(thread, EventKind.waitEnd, thread.waitsFor, [outcome, by])
    thread.waitsFor = 0
  }

  #state(thread: Thread, state: LaneState): void {
    thread.sleeps = state !== LaneState.running
    this.#say(thread, EventKind.state, 0, [state, 0, 0])
  }

  #say(
    thread: Thread | undefined,
    kind: EventKind,
    resource: number,
    words: readonly number[],
    text = '',
  ): void {
    this.events.push({ source: thread?.source ?? 0, time: this.time, kind, resource, words, text })
  }
}

export function programOf(threads: number, choices: readonly number[]): Program {
  const program = new Program(threads)
  for (const choice of choices) program.step(choice)
  return program
}

/** Fed and merged, up to a little after its last event. */
export function runOf(program: Program): { readonly run: TestRun; readonly end: number } {
  const run = testRun()
  const PIECE = 20_000
  for (let at = 0; at < program.events.length; at += PIECE) {
    const bySource = new Map<number, RawEvent[]>()
    for (const event of program.events.slice(at, at + PIECE))
      bySource.set(event.source, [...(bySource.get(event.source) ?? []), event])
    for (const [source, events] of bySource) run.feed(source, ...events)
  }
  const end = program.time + 50
  run.until(end)
  return { run, end }
}
