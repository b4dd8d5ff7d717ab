/**
 * Breadth first through everything that may happen, so that the first schedule that goes wrong is
 * a shortest one.
 */
import type { Scenario } from './program.ts'
import { describeSchedule } from './schedule.ts'
import { setUp, type Ready } from './set-up.ts'
import { keyOf, type State } from './state.ts'
import type { Subjects } from './subjects.ts'

export interface Bounds {
  /** Switches away from a thread that could have gone on; Infinity: all. */
  readonly preemptions?: number
  /** More states than this: not exhausted, which is an error. */
  readonly states?: number
}

export interface Finding {
  readonly problem: string
  /** One line a step. */
  readonly schedule: string
  readonly steps: number
}

export interface Exploration {
  readonly states: number
  readonly steps: number
  /** Distinct histories of single threads. */
  readonly histories: number
  /** Steps of the longest schedule. */
  readonly depth: number
  readonly finding: Finding | undefined
}

const MAX_STATES = 400_000

/** @throws when there are more states than the bounds allow. */
export function explore(
  scenario: Scenario,
  subjects: Subjects,
  { preemptions = Infinity, states: limit = MAX_STATES }: Bounds = {},
): Exploration {
  const ready = setUp(scenario, subjects)
  for (;;) {
    const { generation } = ready.memory
    const exploration = exploreOnce(ready, subjects, preemptions, limit)
    ready.memory.checkUntouched()
    if (exploration !== undefined) return exploration
    // Once more: a word was taken for a constant that was none. A little further each time.
    if (ready.memory.generation === generation) throw new Error('the model has stopped too soon')
  }
}

/** @returns undefined when a word turned out to change. */
function exploreOnce(
  { program, memory, begin }: Ready,
  subjects: Subjects,
  preemptions: number,
  limit: number,
): Exploration | undefined {
  const { generation } = memory
  const { threads, world } = begin()
  const bounded = preemptions !== Infinity
  /** The fewest preemptions that a state was reached with. */
  const reached = new Map<string, number>()
  let frontier: State[] = [world.start()]
  let [states, steps, depth] = [1, 0, 0]
  const exploration = (finding?: Finding): Exploration => ({
    states,
    steps,
    histories: threads.positions,
    depth,
    finding,
  })
  for (; frontier.length > 0; depth++) {
    const next: State[] = []
    for (const state of frontier) {
      const choices = world.choices(state)
      const problem = world.problemIn(state, choices)
      if (problem !== undefined) {
        const schedule = describeSchedule(subjects, program, threads, state, problem)
        return exploration({ problem, schedule, steps: depth })
      }
      for (const choice of choices) {
        const after = world.after(state, choice)
        if (memory.generation !== generation) return undefined
        steps++
        if (after.preemptions > preemptions) continue
        const key = keyOf(after, bounded)
        const before = reached.get(key)
        if (before !== undefined && (!bounded || before <= after.preemptions)) continue
        if (before === undefined && ++states > limit)
          throw new Error(`more than ${limit} states: a smaller scenario or bound is needed`)
        reached.set(key, bounded ? after.preemptions : 0)
        next.push(after)
      }
    }
    frontier = next
  }
  return exploration()
}
