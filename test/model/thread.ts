/**
 * Runs the bodies of threads, one operation at a time, without threads. What a body does between
 * two operations on shared memory follows from the results of the operations before. So it is
 * brought to any point of its life by running it from the start, answering what it did before from
 * a log; at the operation after the log it is unwound by an exception. A body runs once for every
 * distinct history of its thread, not once for every state: histories form a tree, kept here.
 */
import type { Gil } from '../../main/threading/gil.ts'
import { withGlobals, type Machine } from './globals.ts'
import type { Memory } from './memory.ts'
import type { Operation } from './operation.ts'
import { Position, type Beginning, type Ran, type Result } from './position.ts'
import type { Program } from './program.ts'
import type { Subjects } from './subjects.ts'

/** Thrown at the operation to be scheduled, and at every one while the body unwinds. */
const suspension = new Error('suspended by the model')

/** From this many of the same load in a row on, the loads of a spinning thread are one. */
const SPIN_BEGINS = 3
const MAX_SPIN = 100_000
const MAX_OPERATIONS = 1_000
const CLOCK_START = 1_000_000_000n
/** What passes when a thread's own timeout passes: longer than any. */
const CLOCK_JUMP = 1_000_000_000_000n

export class Threads implements Machine {
  readonly #program: Program
  readonly #subjects: Subjects
  readonly #memory: Memory
  readonly #beginnings = new Map<string, Position>()
  #positions = 0

  // Of the body that runs:
  #thread = 0
  #part = 0
  #log: readonly Result[] = []
  #cursor = 0
  #pending: Operation | undefined
  #endless: Error | undefined
  #lastLoad = -1
  #loads = 0
  #constants = 0
  #allocations = 0
  #wantsSites = false
  #sites: readonly NodeJS.CallSite[] = []

  constructor(program: Program, subjects: Subjects, memory: Memory) {
    this.#program = program
    this.#subjects = subjects
    this.#memory = memory
  }

  /** How many positions there are: each cost one run of a body. */
  get positions(): number {
    return this.#positions
  }

  get memory(): Memory {
    return this.#memory
  }

  /** All threads at their first operation. */
  start(): Position[] {
    return this.#program.threads.map((_, thread) =>
      this.#begin(thread, { part: 0, carried: undefined, jumps: 0 }),
    )
  }

  /** Where the thread is after its pending operation gave `result`. */
  after(thread: number, position: Position, result: Result): Position {
    let next = position.children.get(result)
    if (next === undefined) {
      const { beginning } = position
      const ran = this.#run(thread, beginning, [...position.history, result])
      const reached = new Position(++this.#positions, beginning, ran, position, result)
      next = this.#goOn(thread, reached)
      position.children.set(result, next)
    }
    return next
  }

  /** Where in the source its pending operation is, the innermost function first. */
  sites(thread: number, { beginning, history }: Position): readonly NodeJS.CallSite[] {
    const { stackTraceLimit, prepareStackTrace } = Error
    Error.stackTraceLimit = 50
    // As they are: turning every frame into text is what takes the time.
    Error.prepareStackTrace = (_, sites) => sites
    this.#wantsSites = true
    try {
      this.#run(thread, beginning, history)
    } finally {
      this.#wantsSites = false
      Object.assign(Error, { stackTraceLimit, prepareStackTrace })
    }
    return this.#sites
  }

  #begin(thread: number, beginning: Beginning): Position {
    const { part, carried, jumps } = beginning
    const key = `${thread} ${part} ${jumps} ${typeof carried} ${String(carried)}`
    let position = this.#beginnings.get(key)
    if (position === undefined) {
      const ran = this.#run(thread, beginning, [])
      position = this.#goOn(thread, new Position(++this.#positions, beginning, ran))
      this.#beginnings.set(key, position)
    }
    return position
  }

  /** At the end of a part, the beginning of the next. */
  #goOn(thread: number, position: Position): Position {
    const { pending, error, outcome, jumps } = position
    const part = position.beginning.part + 1
    if (pending !== undefined || error !== undefined) return position
    if (part === this.#program.threads[thread]!.parts.length) return position
    return this.#begin(thread, { part, carried: outcome, jumps })
  }

  perform(operation: Operation): Result {
    if (this.#pending !== undefined || this.#endless !== undefined) throw suspension
    const { kind, word } = operation
    if (kind === 'load' || kind === 'read') {
      const constant = this.#memory.constantAt(word)
      if (constant !== undefined) {
        if (++this.#constants > MAX_SPIN)
          throw this.#endsNever('waits for a word that nobody changes')
        return constant
      }
    }
    if (kind === 'load' && word === this.#lastLoad) {
      // The other loads of a spinning thread happen at once with the last that was scheduled: each
      // of them could also have been that one, and it has nothing else to tell them apart by.
      if (++this.#loads > SPIN_BEGINS) return this.#repeated()
    } else {
      this.#lastLoad = kind === 'load' ? word : -1
      this.#loads = 1
    }
    if (this.#cursor >= MAX_OPERATIONS) throw this.#endsNever('goes on')
    if (this.#cursor === this.#log.length) {
      this.#pending = operation
      // What prepareStackTrace gives.
      if (this.#wantsSites) this.#sites = new Error().stack as unknown as NodeJS.CallSite[]
      throw suspension
    }
    return this.#log[this.#cursor++]!
  }

  allocate(bytes: number): SharedArrayBuffer {
    const key = `${this.#thread} ${this.#part} ${this.#allocations++} ${bytes}`
    return this.#memory.allocate(key, bytes)
  }

  #repeated(): Result {
    if (this.#loads > MAX_SPIN) throw this.#endsNever('spins')
    return this.#log[this.#cursor - 1]!
  }

  #endsNever(how: string): Error {
    this.#endless = new Error(`it ${how} for ever`)
    return suspension
  }

  #run(thread: number, { part, carried }: Beginning, log: readonly Result[]): Ran {
    this.#thread = thread
    this.#part = part
    this.#log = log
    this.#cursor = 0
    this.#pending = undefined
    this.#endless = undefined
    this.#lastLoad = -1
    this.#loads = 0
    this.#constants = 0
    this.#allocations = 0
    return withGlobals(this, () => {
      try {
        this.#enter(thread)
        const outcome = this.#program.threads[thread]!.parts[part]!(carried)
        // A body that swallowed the suspension is suspended all the same.
        return this.#pending === undefined && this.#endless === undefined
          ? { outcome }
          : { pending: this.#pending, error: this.#endless }
      } catch (error) {
        return this.#pending === undefined
          ? { error: this.#endless ?? (error instanceof Error ? error : new Error(String(error))) }
          : { pending: this.#pending }
      }
    })
  }

  #enter(thread: number): void {
    const { runtime } = this.#subjects
    runtime.ident = thread + 1
    runtime.name = this.#program.threads[thread]!.name
    runtime.now = () =>
      CLOCK_START +
      BigInt(this.perform({ kind: 'clock', word: -1, value: 0, expected: 0 })) * CLOCK_JUMP
    // Under a GIL nobody spins (steps.ts). This one is always free.
    runtime.gil = this.#program.spins === true ? undefined : freeGil
  }
}

// All that steps.ts and lock.ts ask of a GIL; a real one would add its own operations.
const freeGil = { drop() {}, take() {}, dropRequested: false } as unknown as Gil
