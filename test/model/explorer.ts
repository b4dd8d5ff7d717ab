/**
 * Breadth first through everything that may happen, so that the first schedule that goes wrong is
 * a shortest one.
 */
import type { Scenario } from './program.ts'
import { describeSchedule } from './schedule.ts'
import { setUp } from './set-up.ts'
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
  const { program, threads, world } = setUp(scenario, subjects)
  const bounded = preemptions !== Infinity
  /** The fewest preemptions that a state was reached with. */
  const reached = new Map<string, number>()
  let frontier: State[] = [world.start()]
  let states = 1
  let steps = 0
  let depth = 0
  const exploration = (finding?: Finding): Exploration => {
    threads.memory.checkUntouched()
    return { states, steps, histories: threads.positions, depth, finding }
  }
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
