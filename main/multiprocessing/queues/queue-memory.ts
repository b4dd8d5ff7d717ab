/**
 * One process's end of a process queue in shared memory: what its threads put goes out through
 * one byte ring, what the broker sends comes in through another, and the event-loop thread of the
 * process (endpoint.ts) moves bytes between these rings and the broker. Both rings carry records
 * (records.ts). Zero-filled is a valid empty queue.
 *
 * | words   | content                                                                         |
 * |---------|---------------------------------------------------------------------------------|
 * | 0       | bell: 1 once the event-loop thread has something to do                           |
 * | 16-     | out ring: mutex, tail, head, readers and writers asleep, 16 words apart          |
 * | 96-     | in ring: the same                                                                |
 * | 176-    | counters below                                                                   |
 * | 256-    | path of the folder for large items (large-items.ts), as UTF-8                     |
 * | 512-    | the out ring's bytes, then the in ring's                                         |
 */
import { notify } from '../../threading/futex.ts'
import { ByteRing, RING_BYTES } from './byte-ring.ts'

const FOLDER_WORD = 256
const HEADER_WORDS = 512
export const QUEUE_MEMORY_BYTES = HEADER_WORDS * 4 + 2 * RING_BYTES

export const Word = {
  bell: 0,
  out: 16,
  in: 96,
  /** Items put and taken by this process, modulo 2^32. */
  puts: 176,
  taken: 177,
  /** Places in a bounded queue that nobody of this process has used yet. */
  places: 192,
  /** Threads that wait for a place. */
  putters: 193,
  /** Gets that succeeded or still wait, modulo 2^32: counted before an item is taken. */
  asked: 194,
  /** Size of the queue without this process's puts and gets. */
  base: 195,
  /** Takers ring the bell once `taken` has come this far, modulo 2^32. */
  refillAt: 208,
  /** What `asked` may come to, modulo 2^32, without the broker having to be told. */
  told: 213,
  /** 1: the event-loop thread looks again within a millisecond; who puts need not wake it. */
  quiet: 212,
  /** 1: the event-loop thread has more for the in ring than there was room for. */
  backlog: 209,
  /** Probes sent, and answered. */
  probes: 210,
  probed: 211,
  /** 1: no thread of this process may put or get any more (Queue.close). */
  closed: 224,
  /** 1: this process ends without waiting until its items are delivered. */
  joinCancelled: 225,
  /** Of a Pipe: open ends of this process that read, that write. */
  readEnds: 226,
  writeEnds: 227,
  /** Of a Pipe: 1 once nobody can write any more and all has come; once nobody can read. */
  ended: 228,
  broken: 229,
  /** 1: the queue has a maxsize, so that others wait for what is taken here. */
  bounded: 232,
  /** Length of the folder's path; 0: large items go through the rings like any other. */
  folderLength: 231,
  /** Of the items taken: those this process is done with, modulo 2^32 (JoinableQueue). */
  done: 230,
} as const

export class QueueMemory {
  readonly shared: SharedArrayBuffer
  readonly words: Int32Array
  readonly out: ByteRing
  readonly in: ByteRing
  #folder: string | undefined

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared
    this.words = new Int32Array(shared)
    this.out = new ByteRing(shared, Word.out, HEADER_WORDS * 4)
    this.in = new ByteRing(shared, Word.in, HEADER_WORDS * 4 + RING_BYTES)
  }

  /** Wakes the event-loop thread, once until it has looked. */
  ring(): void {
    const { words } = this
    // Rung and not yet heard: the event-loop thread sets it back before it looks.
    if (Atomics.load(words, Word.bell) === 1) return
    if (Atomics.exchange(words, Word.bell, 1) === 0) notify(words, Word.bell)
  }

  /** By the event-loop thread, before or after threads have begun to use the queue. */
  setFolder(path: string): void {
    const bytes = Buffer.from(path)
    if (bytes.length > (HEADER_WORDS - FOLDER_WORD) * 4) return
    new Uint8Array(this.shared).set(bytes, FOLDER_WORD * 4)
    // After the path: whoever sees the length can read it.
    Atomics.store(this.words, Word.folderLength, bytes.length)
  }

  /** Where large items go; undefined: nowhere, or not known yet. */
  get folder(): string | undefined {
    if (this.#folder !== undefined) return this.#folder
    const length = Atomics.load(this.words, Word.folderLength)
    if (length === 0) return undefined
    const bytes = new Uint8Array(this.shared, FOLDER_WORD * 4, length)
    return (this.#folder = Buffer.from(bytes).toString())
  }

  is(word: number): boolean {
    return Atomics.load(this.words, word) === 1
  }

  /** Sets a word that threads look at when they are woken, and wakes all that may look. */
  raise(word: number): void {
    const { words } = this
    Atomics.store(words, word, 1)
    // After the word: whoever goes to sleep on one of these looks at it in between.
    for (const index of [this.in.tail, this.out.head, Word.places]) notify(words, index)
  }

  /** The same after a put: while many are put, the event-loop thread comes by itself. */
  ringForPut(): void {
    if (Atomics.load(this.words, Word.quiet) === 1 && this.out.used < RING_BYTES / 2) return
    this.ring()
  }

  /** The same for a thread that waits for an item. @param asked what that made of `asked`. */
  ringForGet(asked: number): void {
    const { words } = this
    const known = ((Atomics.load(words, Word.told) - asked) | 0) >= 0
    if (!known || Atomics.load(words, Word.backlog) !== 0) this.ring()
  }

  /** Size of the queue as this process knows it. */
  get size(): number {
    const { words } = this
    const size =
      Atomics.load(words, Word.base) +
      Atomics.load(words, Word.puts) -
      Atomics.load(words, Word.taken)
    return Math.max(0, size | 0)
  }

  /** Takes a place in a bounded queue. */
  takePlace(): boolean {
    const { words } = this
    for (;;) {
      const places = Atomics.load(words, Word.places)
      if (places <= 0) return false
      if (Atomics.compareExchange(words, Word.places, places, places - 1) === places) return true
    }
  }

  addPlaces(count: number): void {
    Atomics.add(this.words, Word.places, count)
    if (Atomics.load(this.words, Word.putters) > 0) notify(this.words, Word.places)
  }
}
