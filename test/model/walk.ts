/** At random through schedules that are too many to see them all. */
import type { Finding } from './explorer.ts'
import type { Scenario } from './program.ts'
import { describeSchedule } from './schedule.ts'
import { setUp } from './set-up.ts'
import type { Choice } from './state.ts'
import type { Subjects } from './subjects.ts'

export interface Walks {
  readonly seed: number
  readonly walks: number
  /** Longest walk that is looked at: a longer one goes on for ever, which is a finding. */
  readonly steps?: number
}

export interface Walked {
  readonly steps: number
  readonly longest: number
  readonly finding: Finding | undefined
}

/** One of so many choices of a mortal thread is to be terminated. */
const DEATHS = 40
/** How often the thread that ran last goes on, of four choices: long runs find what short ones miss. */
const GOES_ON = [0, 2, 3] as const

export function walk(
  scenario: Scenario,
  subjects: Subjects,
  { seed, walks, steps: limit = 2_000 }: Walks,
): Walked {
  const random = seeded(seed)
  const { program, memory, begin } = setUp(scenario, subjects)
  let { threads, world } = begin()
  let steps = 0
  let longest = 0
  for (let walked = 0; walked < walks; walked++) {
    const goesOn = GOES_ON[walked % GOES_ON.length]!
    let state = world.start()
    let { generation } = memory
    for (let length = 0; ; length++) {
      const choices = world.choices(state)
      const problem = length > limit ? `more than ${limit} steps` : world.problemIn(state, choices)
      if (problem !== undefined) {
        const schedule = describeSchedule(subjects, program, threads, state, problem)
        return { steps, longest, finding: { problem, schedule, steps: length } }
      }
      if (!world.canGoOn(choices)) break
      state = world.after(state, choose(choices, random, goesOn))
      steps++
      if (memory.generation !== generation) {
        // A word was taken for a constant that was none: from the start.
        ;({ threads, world } = begin())
        state = world.start()
        generation = memory.generation
        length = -1
      }
      longest = Math.max(longest, length + 1)
    }
  }
  memory.checkUntouched()
  return { steps, longest, finding: undefined }
}

/** @param choices not only terminations; those of the thread that ran last come first. */
function choose(choices: readonly Choice[], random: () => number, goesOn: number): Choice {
  const dies = random() * DEATHS < 1
  const possible = choices.filter(({ act }) => (act === 'terminated') === dies)
  const among = possible.length > 0 ? possible : choices.filter(({ act }) => act !== 'terminated')
  const index = random() * 4 < goesOn ? 0 : Math.floor(random() * among.length)
  return among[index]!
}

/** Mulberry32: uniform in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
