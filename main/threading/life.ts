/**
 * The threads of a process in shared memory: a table with one entry for each ident. It is written by
 * the one who makes and starts the thread, by the thread itself and, when it dies without a word, by
 * its host; it is read by whoever joins it or lists all threads.
 *
 * | word | content                                                                      |
 * |------|------------------------------------------------------------------------------|
 * | 0    | phase: 0 made, 1 started, 2 ended                                             |
 * | 1    | how it ended (LaneEnd); valid in phase 2                                      |
 * | 2    | joiners asleep                                                               |
 * | 3    | serial number of the thread that has the entry, unique within the process     |
 * | 4    | number of its start, unique within the process; 0: not a thread of the program |
 * | 5    | 1: daemon                                                                     |
 * | 6    | native id; 0: no worker has taken it yet                                      |
 * | 7    | changes of the name; odd while it is being changed                            |
 * | 8    | bytes of the name                                                             |
 * | 9-31 | the name as UTF-8                                                             |
 *
 * Idents are used again when a process has had 65,535 threads; a serial number is not, so whoever
 * still knows the former thread sees that it is over.
 */
import { IDENT_RANGE, type LaneEnd } from '../trace/model.ts'
import { cutUtf8, decodeUtf8, encodeUtf8 } from '../trace/utf8.ts'
import { hasDied } from './deaths.ts'
import { RuntimeError } from './errors.ts'
import { notify, type Deadline } from './futex.ts'
import { Control, LIFE_WORDS, runtime, type ProcessWords } from './runtime.ts'
import type { Steps } from './steps.ts'

const PHASE = 0
const END = 1
const JOINERS = 2
const SERIAL = 3
const ORDER = 4
const DAEMON = 5
const NATIVE = 6
/** In place of a native id: the thread ended before a worker took it. */
const NEVER_TAKEN = -1
const NAME_VERSION = 7
const NAME_LENGTH = 8
const NAME = 9
const NAME_BYTES = (LIFE_WORDS - NAME) * 4
/** A writer that dies in the middle of a name must not hold up its readers. */
const NAME_READS = 1_000

export const Phase = { made: 0, started: 1, ended: 2 } as const
export type Phase = (typeof Phase)[keyof typeof Phase]

/** Which thread, for those who share the process's control words. */
export interface LifeReference {
  readonly ident: number
  readonly serial: number
}

const entryOf = (ident: number): number => (ident % IDENT_RANGE) * LIFE_WORDS

export class Life implements LifeReference {
  readonly ident: number
  readonly serial: number
  readonly #words: Int32Array
  readonly #control: Int32Array
  readonly #entry: number

  constructor({ ident, serial }: LifeReference, process: ProcessWords = runtime) {
    this.ident = ident
    this.serial = serial
    this.#words = process.lives
    this.#control = process.control
    this.#entry = entryOf(ident)
  }

  /**
   * Of a new thread.
   * @throws RuntimeError when the process has as many threads as it has idents.
   */
  static allocate(name: string, daemon: boolean, process: ProcessWords = runtime): Life {
    const { control, lives: words } = process
    for (let tries = 0; tries < IDENT_RANGE; tries++) {
      const ident = nextIdent(control)
      const entry = entryOf(ident)
      // What a dead thread held is still marked with its ident.
      if (Atomics.load(words, entry + PHASE) === Phase.started || hasDied(ident, control)) continue
      const serial = Atomics.add(control, Control.threads, 1) + 1
      // Before the phase: whoever knows the former thread never takes this one for it.
      Atomics.store(words, entry + SERIAL, serial)
      Atomics.store(words, entry + PHASE, Phase.made)
      Atomics.store(words, entry + ORDER, 0)
      Atomics.store(words, entry + NATIVE, 0)
      const life = new Life({ ident, serial }, process)
      life.name = name
      life.daemon = daemon
      return life
    }
    throw new RuntimeError("can't start new thread")
  }

  /** Of a thread that is known by its ident only. */
  static of(ident: number, process: ProcessWords = runtime): Life {
    return new Life(
      { ident, serial: Atomics.load(process.lives, entryOf(ident) + SERIAL) },
      process,
    )
  }

  /** All that are started and not ended, in the order of their starts. */
  static started(): readonly Life[] {
    const found: { readonly order: number; readonly life: Life }[] = []
    const first = runtime.ident - (runtime.ident % IDENT_RANGE)
    const made = Math.min(Atomics.load(runtime.control, Control.threads), IDENT_RANGE - 1)
    for (let ident = first + 1; ident <= first + made; ident++) {
      const life = Life.of(ident)
      const order = Atomics.load(runtime.lives, life.#entry + ORDER)
      if (order > 0 && life.phase === Phase.started) found.push({ order, life })
    }
    return found.sort((one, other) => one.order - other.order).map(({ life }) => life)
  }

  get phase(): Phase {
    // Only the values of Phase are ever stored.
    const phase = Atomics.load(this.#words, this.#entry + PHASE) as Phase
    // After the phase: had another thread taken the entry before, its serial number is there.
    return this.#isMine ? phase : Phase.ended
  }

  /** How the thread ended; undefined while it has not, and 65,535 threads later. */
  get end(): LaneEnd | undefined {
    if (this.phase !== Phase.ended) return undefined
    // Only values of LaneEnd are ever stored.
    const end = Atomics.load(this.#words, this.#entry + END) as LaneEnd
    return this.#isMine ? end : undefined
  }

  /** Undefined: no worker has taken it yet. */
  get nativeId(): number | undefined {
    const id = Atomics.load(this.#words, this.#entry + NATIVE)
    return id > 0 ? id : undefined
  }

  get daemon(): boolean {
    return Atomics.load(this.#words, this.#entry + DAEMON) === 1
  }

  set daemon(daemon: boolean) {
    Atomics.store(this.#words, this.#entry + DAEMON, Number(daemon))
  }

  /** Changes with every change of the name. */
  get nameVersion(): number {
    return Atomics.load(this.#words, this.#entry + NAME_VERSION)
  }

  /** Its first 92 bytes. */
  get name(): string {
    const words = this.#words
    for (let read = 1; ; read++) {
      const version = this.nameVersion
      const name = decodeUtf8(this.#nameBytes().slice(0, words[this.#entry + NAME_LENGTH]))
      if ((version % 2 === 0 && version === this.nameVersion) || read === NAME_READS) return name
    }
  }

  set name(name: string) {
    const bytes = cutUtf8(encodeUtf8(name), NAME_BYTES)
    // Odd before the first byte and even after the last: readers in between read again.
    Atomics.add(this.#words, this.#entry + NAME_VERSION, 1)
    this.#nameBytes().set(bytes)
    Atomics.store(this.#words, this.#entry + NAME_LENGTH, bytes.length)
    Atomics.add(this.#words, this.#entry + NAME_VERSION, 1)
  }

  #nameBytes(): Uint8Array {
    const { buffer, byteOffset } = this.#words
    return new Uint8Array(buffer, byteOffset + (this.#entry + NAME) * 4, NAME_BYTES)
  }

  get #isMine(): boolean {
    return Atomics.load(this.#words, this.#entry + SERIAL) === this.serial
  }

  /**
   * @param listed false: not a thread of the program.
   * @returns false when it was started before.
   */
  start(listed = true): boolean {
    const words = this.#words
    if (this.phase !== Phase.made) return false
    // Before the phase: whoever finds it started finds it in its place.
    const order = listed ? Atomics.add(this.#control, Control.starts, 1) + 1 : 0
    Atomics.store(words, this.#entry + ORDER, order)
    const phase = this.#entry + PHASE
    return Atomics.compareExchange(words, phase, Phase.made, Phase.started) === Phase.made
  }

  /** Nothing took the job: it may be started again. */
  undoStart(): void {
    Atomics.compareExchange(this.#words, this.#entry + PHASE, Phase.started, Phase.made)
  }

  /** A worker has taken the thread and will run it. */
  taken(nativeId: number): void {
    Atomics.store(this.#words, this.#entry + NATIVE, nativeId)
    notify(this.#words, this.#entry + NATIVE)
  }

  /** Lets all joiners through. The first to say how it ended is believed. */
  finish(end: LaneEnd): void {
    if (this.phase === Phase.ended) return
    const words = this.#words
    // Before the phase: whoever sees the end can tell how.
    Atomics.store(words, this.#entry + END, end)
    Atomics.store(words, this.#entry + PHASE, Phase.ended)
    if (Atomics.load(words, this.#entry + JOINERS) > 0) notify(words, this.#entry + PHASE)
    // Whoever waits for it to be taken waits for nothing. The word changes, so that one who has
    // looked at the phase just before does not fall asleep on it.
    if (Atomics.compareExchange(words, this.#entry + NATIVE, 0, NEVER_TAKEN) === 0)
      notify(words, this.#entry + NATIVE)
  }

  /** Until it has ended; false: the deadline passed first. */
  *awaitEnd(deadline: Deadline): Steps<boolean> {
    const words = this.#words
    const index = this.#entry + PHASE
    Atomics.add(words, this.#entry + JOINERS, 1)
    try {
      // Not always `started`: a start that failed is taken back.
      for (let phase = this.phase; phase !== Phase.ended; phase = this.phase)
        if (!(yield { words, index, expected: phase, deadline })) return false
      return true
    } finally {
      Atomics.sub(words, this.#entry + JOINERS, 1)
    }
  }

  /** Until a worker has taken it, or none ever will; false: the deadline passed first. */
  *awaitTaken(deadline: Deadline): Steps<boolean> {
    const index = this.#entry + NATIVE
    while (this.nativeId === undefined && this.phase === Phase.started)
      if (!(yield { words: this.#words, index, expected: 0, deadline })) return false
    return true
  }
}

/** Idents of a process count up to the end of its range and then begin again. */
function nextIdent(control: Int32Array): number {
  for (;;) {
    const ident = Atomics.load(control, Control.nextIdent)
    const next = (ident + 1) % IDENT_RANGE === 0 ? ident + 2 - IDENT_RANGE : ident + 1
    if (Atomics.compareExchange(control, Control.nextIdent, ident, next) === ident) return ident
  }
}
