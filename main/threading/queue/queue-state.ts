/** What all kinds of queues have in common: their counts, tasks and shutdown. */
import type { Seconds } from '../../core/units.ts'
import { EventKind, Wait, WaitOutcome } from '../../trace/model.ts'
import { Encoding, read, type Encoded } from '../codec.ts'
import { ShutDown, ValueError } from '../errors.ts'
import { lockMutex, unlockMutex } from '../mutex.ts'
import { runtime } from '../runtime.ts'
import type { Steps } from '../steps.ts'
import { controlWords, slotBytesOf, Word, type QueueHandle } from './layout.ts'
import { Payload } from './payload.ts'
import { Slots } from './slots.ts'
import { announce, awaitChange, NOTHING } from './waiting.ts'

export const NUMBER_BYTES = 8

const NO_BYTES = new Uint8Array()

export abstract class QueueState {
  protected readonly words: Int32Array<SharedArrayBuffer>
  protected readonly slots: Slots
  protected readonly payload: Payload
  protected readonly resource: number
  protected readonly maxsize: number
  readonly #name: string

  constructor(handle: QueueHandle) {
    this.words = controlWords(handle)
    this.slots = new Slots(this.words, handle.memory, slotBytesOf(handle.type))
    this.payload = new Payload(this.words, handle.payload)
    this.resource = handle.resource
    this.maxsize = handle.maxsize
    this.#name = handle.name
  }

  /**
   * @param waited within `awaitPut`.
   * @returns false when there is no room.
   * @throws ShutDown, ValueError for an item larger than the memory, PicklingError for one that
   * cannot travel, TypeError for one that cannot be compared with those it would have to be.
   */
  abstract put(item: unknown, waited: boolean): boolean

  /**
   * @param waited within `awaitGet`.
   * @returns NOTHING when the queue is empty.
   * @throws ShutDown, once it is empty.
   */
  abstract get(waited: boolean): unknown

  /** Takes all items out, recording each as got. @returns how many. Under all mutexes. */
  protected abstract drain(): number

  get size(): number {
    const { words } = this
    for (;;) {
      const head = Atomics.load(words, Word.head)
      const size = (Atomics.load(words, Word.tail) - head) | 0
      // Nothing was got between the two loads: so many there were at the second.
      if (Atomics.load(words, Word.head) === head) return size
    }
  }

  get isShutDown(): boolean {
    return Atomics.load(this.words, Word.shutDown) !== 0
  }

  get unfinished(): number {
    const { words } = this
    return (Atomics.load(words, Word.tail) - Atomics.load(words, Word.done)) | 0
  }

  /** @throws ValueError when every item that was put is done. */
  taskDone(): void {
    const { words } = this
    for (;;) {
      const done = Atomics.load(words, Word.done)
      // An item counts as put before it can be got: whoever got one finds it counted.
      const unfinished = (Atomics.load(words, Word.tail) - done) | 0
      if (unfinished <= 0) throw new ValueError('task_done() called too many times')
      if (Atomics.compareExchange(words, Word.done, done, (done + 1) | 0) !== done) continue
      Atomics.store(words, Word.lastDone, runtime.ident)
      if (unfinished === 1) announce(words, Word.joiners, Infinity)
      return
    }
  }

  shutDown(immediate: boolean): void {
    const { words } = this
    lockMutex(words, Word.headMutex)
    try {
      lockMutex(words, Word.tailMutex)
    } catch (error) {
      unlockMutex(words, Word.headMutex)
      throw error
    }
    Atomics.store(words, Word.shutDownBy, runtime.ident)
    Atomics.store(words, Word.shutDown, 1)
    if (immediate) this.#countAsDone(this.drain())
    unlockMutex(words, Word.tailMutex)
    unlockMutex(words, Word.headMutex)
    for (const group of [Word.getters, Word.putters, Word.joiners]) announce(words, group, Infinity)
  }

  #countAsDone(items: number): void {
    const { words } = this
    for (;;) {
      const done = Atomics.load(words, Word.done)
      // taskDone may have been called for items that nobody got, as in CPython.
      const counted = Math.min(items, (Atomics.load(words, Word.tail) - done) | 0)
      if (Atomics.compareExchange(words, Word.done, done, (done + counted) | 0) === done) break
    }
    Atomics.store(words, Word.lastDone, runtime.ident)
  }

  /** Result false: the timeout passed before there was room. */
  *awaitPut(item: unknown, timeout: Seconds | undefined): Steps<boolean> {
    const { words, resource } = this
    const result = yield* awaitChange({
      words,
      resource,
      group: Word.putters,
      watched: Word.head,
      why: Wait.put,
      timeout,
      attempt: () => this.put(item, true) || NOTHING,
      endedBy: this.#shutDownBy,
    })
    return result !== NOTHING
  }

  /** Result NOTHING: the timeout passed before there was an item. */
  awaitGet(timeout: Seconds | undefined): Steps<unknown> {
    const { words, resource } = this
    return awaitChange({
      words,
      resource,
      group: Word.getters,
      watched: Word.tail,
      why: Wait.get,
      timeout,
      attempt: () => this.get(true),
      endedBy: this.#shutDownBy,
    })
  }

  /** Result false: the timeout passed before all tasks were done. */
  *awaitTasksDone(timeout: Seconds | undefined): Steps<boolean> {
    const { words, resource } = this
    const result = yield* awaitChange({
      words,
      resource,
      group: Word.joiners,
      watched: Word.done,
      why: Wait.tasksDone,
      timeout,
      attempt: () => {
        if (this.unfinished > 0) return NOTHING
        this.recordWaitEnd(Atomics.load(words, Word.lastDone))
        return true
      },
      endedBy: () => 0,
    })
    return result !== NOTHING
  }

  readonly #shutDownBy = (): number => Atomics.load(this.words, Word.shutDownBy)

  protected shutDownError(): ShutDown {
    return new ShutDown(`${this.#name} was shut down`)
  }

  /** @throws ValueError for an item that will never fit. */
  protected checkLength(length: number): void {
    if (length > this.payload.limit)
      throw new ValueError(
        `an item of ${length} bytes does not fit into a queue with a buffer for ` +
          `${this.payload.limit} bytes`,
      )
  }

  /** Bytes of the item in a slot. */
  protected lengthAt(at: number): number {
    const encoding = this.slots.encodingAt(at)
    return encoding === Encoding.number ? NUMBER_BYTES : this.slots.lengthAt(at)
  }

  protected write(at: number, item: number | Encoded, position: number): void {
    if (typeof item === 'number') return this.slots.setNumber(at, item)
    if (item.length > 0) this.payload.write(position, item)
    this.slots.setBytes(at, item.encoding, position, item.length)
  }

  /** What has to be read of an item under the mutex; `finish` of codec.ts makes the item of it. */
  protected readContent(at: number): string | Uint8Array {
    const { slots } = this
    const length = slots.lengthAt(at)
    const bytes = length === 0 ? NO_BYTES : this.payload.at(slots.positionAt(at), length)
    return read(slots.encodingAt(at), bytes)
  }

  protected recordWaitEnd(by: number): void {
    runtime.tracer?.record(EventKind.waitEnd, this.resource, WaitOutcome.granted, by, 0)
  }
}
