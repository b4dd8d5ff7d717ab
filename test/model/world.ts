/**
 * All threads and their memory at one moment, and what may happen next. Sequential consistency: one
 * operation at a time, seen by all.
 *
 * - A thread that is awake performs its next operation.
 * - A sleeper's own timeout passes, or the deadline passes while the thread is awake: its clock
 *   jumps, once in a schedule.
 * - A slice of a wait (futex.ts) ends once for a thread after a control word has changed: to see
 *   that is what slices are for. Other lost wake-ups would hide behind them. After such a change
 *   it also ends whenever nobody can go on and the sleeper has not seen the memory as it is.
 * - A mortal thread is terminated; its host reports the death some time later.
 */
import type { Memory } from './memory.ts'
import { written } from './operation.ts'
import type { Position, Result } from './position.ts'
import { Violation, type Outcome, type Peek, type Program } from './program.ts'
import type { Choice, State } from './state.ts'
import type { Threads } from './thread.ts'

/** Waits of full length are slices (futex.ts); shorter ones end with the caller's own timeout. */
const SLICE_MILLISECONDS = 100

export class World {
  readonly #program: Program
  readonly #threads: Threads
  readonly #memory: Memory
  readonly #reportDeath: ReportDeath

  constructor(program: Program, threads: Threads, reportDeath: ReportDeath) {
    this.#program = program
    this.#threads = threads
    this.#memory = threads.memory
    this.#reportDeath = reportDeath
  }

  /** Of the operation that is being performed; undefined: the thread sleeps. */
  #result: Result | undefined

  start(): State {
    return {
      words: [],
      positions: this.#threads.start(),
      asleep: [],
      sliced: this.#program.threads.map(() => 0),
      looked: this.#program.threads.map(() => ''),
      disturbances: 0,
      terminated: [],
      reported: [],
      running: -1,
      preemptions: 0,
      before: undefined,
      step: undefined,
    }
  }

  /** What may happen next; the thread that ran last first. */
  choices(state: State): Choice[] {
    const choices: Choice[] = []
    const { running } = state
    if (running >= 0) this.#choicesOf(state, running, choices)
    for (let thread = 0; thread < state.positions.length; thread++)
      if (thread !== running) this.#choicesOf(state, thread, choices)
    if (state.disturbances > 0 && !this.canGoOn(choices)) this.#lookAgain(state, choices)
    return choices
  }

  /** Whether somebody can go on without being terminated first. */
  canGoOn(choices: readonly Choice[]): boolean {
    return choices.some(({ act }) => act !== 'terminated')
  }

  #lookAgain({ words, asleep, looked }: State, into: Choice[]): void {
    const now = words.join()
    for (const thread of asleep) if (looked[thread] !== now) into.push({ thread, act: 'slice' })
  }

  #choicesOf(state: State, thread: number, into: Choice[]): void {
    if (state.terminated.includes(thread)) {
      if (!state.reported.includes(thread)) into.push({ thread, act: 'reported' })
      return
    }
    const position = state.positions[thread]!
    const { pending } = position
    if (pending === undefined) return
    const sleeps = state.asleep.indexOf(thread)
    if (sleeps < 0) {
      into.push({ thread, act: 'operates' })
      if (pending.kind === 'clock' && position.looks > 0 && position.jumps === 0)
        into.push({ thread, act: 'deadline' })
    } else if (pending.value < SLICE_MILLISECONDS) into.push({ thread, act: 'timeout' })
    else if (state.sliced[thread]! < state.disturbances) into.push({ thread, act: 'slice' })
    if (state.terminated.length === 0 && this.#program.mortal?.includes(thread) === true)
      into.push({ thread, act: 'terminated' })
  }

  after(state: State, choice: Choice): State {
    const { thread, act } = choice
    const position = state.positions[thread]!
    const preemptions = state.preemptions + (this.#preempts(state, choice) ? 1 : 0)
    const next: Changes = { ...state, preemptions, before: state }
    this.#result = undefined
    switch (act) {
      case 'operates':
        this.#operate(next, thread, position)
        break
      case 'deadline':
        this.#advance(next, thread, position, position.jumps + 1)
        break
      case 'timeout':
      case 'slice':
        if (act === 'slice') this.#endSlice(next, thread)
        this.#wake(next, thread, act === 'slice' ? 'slice' : 'timed-out')
        break
      case 'terminated':
        this.#forget(next, thread)
        next.terminated = [...state.terminated, thread]
        next.step = { thread, act, operation: undefined, result: undefined }
        return next
      case 'reported': {
        const { word, bits } = this.#reportDeath(thread + 1)
        next.words = this.#memory.with(state.words, word, bits)
        next.disturbances++
        next.reported = [...state.reported, thread]
        next.step = { thread, act, operation: undefined, result: undefined }
        return next
      }
    }
    next.running = thread
    next.step = { thread, act, operation: position.pending, result: this.#result }
    return next
  }

  /** A switch from a thread that could have gone on. What the host does is no switch. */
  #preempts({ running, positions, asleep, terminated }: State, { thread, act }: Choice): boolean {
    if (running < 0 || running === thread || act === 'terminated' || act === 'reported')
      return false
    return (
      positions[running]!.pending !== undefined &&
      !asleep.includes(running) &&
      !terminated.includes(running)
    )
  }

  #operate(next: Changes, thread: number, position: Position): void {
    const operation = position.pending!
    const { kind, word } = operation
    if (kind === 'clock') return this.#advance(next, thread, position, position.jumps)
    const before = this.#memory.valueIn(next.words, word)
    if (kind === 'wait') {
      if (before !== (operation.expected | 0))
        return this.#advance(next, thread, position, 'not-equal')
      next.asleep = [...next.asleep, thread]
      return
    }
    if (kind === 'notify' || kind === 'asleep') {
      const sleepers = next.asleep.filter(
        (sleeper) => next.positions[sleeper]!.pending?.word === word,
      )
      const woken = kind === 'asleep' ? [] : sleepers.slice(0, operation.value)
      for (const sleeper of woken) this.#wake(next, sleeper, 'ok')
      const count = kind === 'asleep' ? sleepers.length : woken.length
      return this.#advance(next, thread, position, count)
    }
    const value = written(operation, before)
    if (value !== undefined && value !== before) {
      next.words = this.#memory.with(next.words, word, value)
      if (this.#memory.isControl(word)) next.disturbances++
    }
    this.#advance(next, thread, position, kind === 'store' || kind === 'write' ? 0 : before)
  }

  #endSlice(next: Changes, thread: number): void {
    if (next.sliced[thread]! < next.disturbances)
      next.sliced = next.sliced.with(thread, next.disturbances)
    else next.looked = next.looked.with(thread, next.words.join())
  }

  #wake(next: Changes, sleeper: number, result: Result): void {
    this.#forget(next, sleeper)
    this.#advance(next, sleeper, next.positions[sleeper]!, result)
  }

  #forget(next: Changes, sleeper: number): void {
    if (next.asleep.includes(sleeper))
      next.asleep = next.asleep.filter((thread) => thread !== sleeper)
  }

  #advance(next: Changes, thread: number, position: Position, result: Result): void {
    next.positions = next.positions.with(thread, this.#threads.after(thread, position, result))
    this.#result = result
  }

  /** What is wrong with the state; undefined: nothing. */
  problemIn(state: State, choices: readonly Choice[]): string | undefined {
    const { positions, terminated } = state
    const { threads, always, atEnd } = this.#program
    for (const [thread, { error }] of positions.entries())
      if (error !== undefined && !terminated.includes(thread))
        return `${threads[thread]!.name}: ${error instanceof Violation ? error.message : String(error)}`
    const peek: Peek = (buffer, index) =>
      this.#memory.valueIn(state.words, this.#memory.wordAt(buffer, index))
    const problem = always?.(peek)
    if (problem !== undefined) return problem
    if (this.canGoOn(choices)) return undefined
    const sleepers = state.asleep.flatMap((thread) =>
      threads[thread]!.daemon === true ? [] : threads[thread]!.name,
    )
    if (sleepers.length > 0) return `asleep for ever: ${sleepers.join(', ')}`
    return atEnd?.(this.outcomes(state), peek)
  }

  outcomes({ positions, terminated }: State): Outcome[] {
    return positions.map(({ outcome }, thread) =>
      terminated.includes(thread) ? 'terminated' : outcome,
    )
  }
}

/** The word that a death is written to, and its bits. */
type ReportDeath = (ident: number) => { readonly word: number; readonly bits: number }

type Changes = { -readonly [Key in keyof State]: State[Key] }
