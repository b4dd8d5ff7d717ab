/** Threads of all processes of a program, their events in the order of their times. */
import { Merge } from '../../trace/merge.ts'
import { type EventSink, SourceQueue } from '../../trace/source-queue.ts'
import type { Process, Thread } from './process.ts'

export class MergedThreads {
  readonly #epoch: bigint
  readonly #merge = new Merge()
  /** By place among the merged ones; of a process: its samples. */
  readonly #writers: (Thread | Process | undefined)[] = []
  readonly #free: number[] = []
  /** Those that write nothing more, but whose events have not all been handed on. */
  #sealed: Thread[] = []

  /** @param epoch absolute nanoseconds that times count from. */
  constructor(epoch: bigint) {
    this.#epoch = epoch
  }

  /** Up to here everything has been handed on. */
  get frontier(): number {
    return Math.max(0, this.#merge.frontier)
  }

  /** Who wrote what stands at this place: a thread, or for a process its sampler. */
  at(place: number): Thread | Process | undefined {
    return this.#writers[place]
  }

  /** A place for the samples of a process. */
  addSamples(process: Process): SourceQueue {
    const queue = this.#place()
    this.#writers[queue.source] = process
    return queue
  }

  add(process: Process, number: number, ident: number): Thread {
    const own = { task: 0, ident, source: undefined, state: 'expected' as const }
    const queue = this.#place()
    const thread: Thread = {
      ...{ process, number, queue, own, current: own },
      ...{ native: 0, threadState: 0, tasks: new Map() },
    }
    this.#writers[queue.source] = thread
    process.threads.set(number, thread)
    return thread
  }

  /** Nothing more comes from it. */
  seal(thread: Thread): void {
    this.#sealed.push(thread)
  }

  /** Hands on what is not later than `time`. */
  advance(time: number, sink: EventSink): void {
    this.#merge.advance(time, sink)
    if (this.#sealed.length > 0)
      this.#sealed = this.#sealed.filter((thread) => !this.#forget(thread))
  }

  /** Hands on everything. */
  finish(sink: EventSink): void {
    let last = this.frontier
    for (const queue of this.#merge.queues) {
      const time = queue.lastTime()
      if (time !== undefined) last = Math.max(last, Number(time - this.#epoch))
    }
    this.#merge.advance(last, sink)
    // Late ones at the very end were given times after the last one.
    for (let step = 1; this.#merge.queues.some(({ length }) => length > 0); step *= 2)
      this.#merge.advance(this.#merge.frontier + step, sink)
  }

  #place(): SourceQueue {
    const free = this.#free.pop()
    const used = free === undefined ? undefined : this.#merge.queues[free]
    if (used) return used
    const queue = new SourceQueue(this.#writers.length)
    queue.setEpoch(this.#epoch)
    this.#writers.push(undefined)
    this.#merge.add(queue)
    return queue
  }

  /** The process has ended: the places of its threads are free. */
  release(process: Process): void {
    for (const thread of process.threads.values())
      if (thread.queue.length === 0) this.#release(thread)
    if (process.sampled) this.#vacate(process.sampled.queue)
  }

  /** @returns whether nothing more is to be done for it. */
  #forget(thread: Thread): boolean {
    const { process, number, queue, own } = thread
    if (process.threads.get(number) !== thread) return true
    if (queue.length > 0) return false
    process.endedThreads.add(number)
    // One that did not say that it ended is ended with its process.
    if (own.state !== 'alive') this.#release(thread)
    return true
  }

  #release({ process, number, queue }: Thread): void {
    process.threads.delete(number)
    this.#vacate(queue)
  }

  #vacate(queue: SourceQueue): void {
    // What is left is nobody's, and keeps its place until it has been passed over.
    this.#writers[queue.source] = undefined
    if (queue.length === 0) this.#free.push(queue.source)
  }
}
