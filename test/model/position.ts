/** Points in the lives of threads. */
import type { Operation } from './operation.ts'
import type { Outcome } from './program.ts'

/** Result of an operation; of a wait also `slice`: only its slice is over. */
export type Result = number | 'ok' | 'not-equal' | 'timed-out' | 'slice'

/** How far a body ran. */
export interface Ran {
  readonly pending?: Operation | undefined
  readonly outcome?: Outcome
  readonly error?: Error | undefined
}

/** Where a part of a thread's life begins. */
export interface Beginning {
  readonly part: number
  readonly carried: Outcome
  /** How often the thread's clock has jumped. */
  readonly jumps: number
}

/** A point in a thread's life: it is about to operate, or has ended. */
export class Position {
  readonly id: number
  readonly beginning: Beginning
  /** Results of the operations since the beginning of the part. */
  readonly history: readonly Result[]
  readonly jumps: number
  /** How often it has looked at its clock in this part. */
  readonly looks: number
  /** What it is about to do; undefined: it has ended. */
  readonly pending: Operation | undefined
  readonly outcome: Outcome
  readonly error: Error | undefined
  readonly children = new Map<Result, Position>()

  constructor(id: number, beginning: Beginning, ran: Ran, before?: Position, result?: Result) {
    this.id = id
    this.beginning = beginning
    this.history = before === undefined || result === undefined ? [] : [...before.history, result]
    const looked = before?.pending?.kind === 'clock'
    const jumped = looked ? result !== before.jumps : result === 'timed-out'
    this.jumps = (before?.jumps ?? beginning.jumps) + (jumped ? 1 : 0)
    this.looks = (before?.looks ?? 0) + (looked ? 1 : 0)
    this.pending = ran.pending
    this.outcome = ran.outcome
    this.error = ran.error
  }
}
