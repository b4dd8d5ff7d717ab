/** The programs whose made-up runs the gallery and the fake host show. */
import type { EventLog } from './simulation/event-log.ts'
import { Machine } from './simulation/machine.ts'
import { counters } from './programs/counters.ts'
import { crowd, drops, names } from './programs/crowd.ts'
import { deadlock } from './programs/deadlock.ts'
import { pipeline, senderReceiver } from './programs/queues.ts'
import {
  contended,
  failing,
  gilCountdown,
  lockContention,
  million,
  oneLane,
  twins,
} from './programs/turns.ts'
import { seededRandom } from './random.ts'

/** A run that goes on for longer is ended. Nanoseconds. */
const LONGEST = 20e9
/** Of the one that stands still. */
const DEADLOCKED_FOR = 2.4e9

interface Program {
  readonly write: (machine: Machine) => void
  readonly until?: number
}

const PROGRAMS = {
  gil: { write: gilCountdown },
  lock: { write: lockContention },
  queue: { write: senderReceiver },
  'one-lane': { write: oneLane },
  contended: { write: contended },
  pipeline: { write: pipeline },
  counters: { write: counters },
  deadlock: { write: deadlock, until: DEADLOCKED_FOR },
  failed: { write: failing },
  drops: { write: drops },
  crowd: { write: crowd },
  names: { write: names },
  million: { write: million },
  twins: { write: twins },
} satisfies Record<string, Program>

export type ScenarioName = keyof typeof PROGRAMS
export const SCENARIOS = Object.keys(PROGRAMS) as readonly ScenarioName[]

/** The records of a run, as its threads have written them. */
export interface Scenario {
  /** Nanoseconds from the first event to the last. */
  readonly duration: number
  readonly sources: readonly { readonly pid: number; readonly log: EventLog }[]
}

/** The same for the same seed. */
export function makeScenario(name: ScenarioName, seed: number): Scenario {
  const { write, until = LONGEST }: Program = PROGRAMS[name]
  const machine = new Machine(seededRandom(seed))
  write(machine)
  machine.run(until)
  return { duration: machine.now, sources: machine.threads }
}
