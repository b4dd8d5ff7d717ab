/** All threads and their memory at one moment. */
import type { Operation } from './operation.ts'
import type { Position, Result } from './position.ts'

export type Act = 'operates' | 'deadline' | 'timeout' | 'slice' | 'terminated' | 'reported'

export interface Choice {
  readonly thread: number
  readonly act: Act
}

export interface Step extends Choice {
  readonly operation: Operation | undefined
  readonly result: Result | undefined
}

export interface State {
  readonly words: readonly number[]
  readonly positions: readonly Position[]
  /** Threads asleep, the longest first. */
  readonly asleep: readonly number[]
  /** By thread: how many disturbances there had been when a slice of its wait last ended. */
  readonly sliced: readonly number[]
  /** By thread: the words when a slice last ended because nobody could go on; empty: never. */
  readonly looked: readonly string[]
  /** How often a control word has changed. */
  readonly disturbances: number
  readonly terminated: readonly number[]
  readonly reported: readonly number[]
  /** The thread that operated last; -1: none. */
  readonly running: number
  readonly preemptions: number
  readonly before: State | undefined
  readonly step: Step | undefined
}

/**
 * Equal for states that have the same future.
 * @param withRunning when it matters which thread ran last, because preemptions are counted.
 */
export function keyOf(state: State, withRunning: boolean): string {
  const { positions, terminated, reported, words, asleep, sliced, looked, disturbances } = state
  const lives = positions.map((position, thread) => {
    if (terminated.includes(thread)) return reported.includes(thread) ? 'r' : 't'
    return position.pending === undefined ? `=${String(position.outcome)}` : position.id
  })
  const running = withRunning ? state.running : ''
  return [lives, words, asleep, sliced, looked, disturbances, running].join('|')
}
