/** What the scheduler is to do for one call of the pool. */
import type { TargetReference } from '../../threading/runtime.ts'
import type { Mode, Values } from './messages.ts'

export interface PoolFunction {
  /** Number within the pool. */
  readonly number: number
  readonly name: string
  readonly reference: TargetReference
}

/** One message to a worker: some calls of a function. */
export interface Draft {
  /** Which of its job's tasks it is, from 0. */
  readonly index: number
  readonly mode: Mode
  readonly values: readonly unknown[]
}

export type Outcome =
  { readonly ok: true; readonly values: Values } | { readonly ok: false; readonly error: unknown }

export interface Job {
  readonly function: PoolFunction
  /** The next task, made now; undefined: there is none any more. */
  draft(): Draft | undefined
  /** A task has ended. Calls the program's callbacks. */
  accept(index: number, outcome: Outcome): void
  /** Nothing more will come. */
  abandon(error: Error): void
  /** All of it has ended. */
  readonly isOver: boolean
}
