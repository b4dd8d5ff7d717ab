import * as barrier from '../scenarios/barrier.ts'
import * as condition from '../scenarios/condition.ts'
import * as semaphore from '../scenarios/semaphore.ts'
import { asleep, type Mutant } from './mutant.ts'

const WAITERS = 'main/threading/waiters.ts'
const CONDITION = 'main/threading/condition.ts'
const SEMAPHORE = 'main/threading/semaphore.ts'
const BARRIER = 'main/threading/barrier.ts'

const conditionMutants: readonly Mutant[] = [
  {
    bug: 'missing notify',
    file: WAITERS,
    find: 'if (before === State.asleep) notify(words, slot + STATE, 1)',
    replace: '',
    scenario: condition.conditionPassesItems(1, 1),
    problem: asleep,
  },
  {
    bug: 'falling asleep over a grant',
    file: WAITERS,
    find: 'Atomics.compareExchange(words, index, State.waiting, expected)',
    replace: 'Atomics.store(words, index, expected)',
    scenario: condition.conditionPassesItems(1, 1),
    problem: asleep,
  },
  {
    bug: 'the last to come is the first to go',
    file: WAITERS,
    find: 'ticketOf(slot) - ticket) | 0) < 0',
    replace: 'ticketOf(slot) - ticket) | 0) > 0',
    scenario: condition.conditionNotifies(2, 1),
    bounds: { preemptions: 1 },
    problem: /the first 1 should have passed/,
  },
  {
    bug: 'one notification for two kinds of waiters',
    file: CONDITION,
    find: 'this.notify(Infinity)',
    replace: 'this.notify(1)',
    scenario: condition.conditionHasTwoKinds(true),
    bounds: { preemptions: 1 },
    problem: asleep,
  },
]

const semaphoreMutants: readonly Mutant[] = [
  {
    bug: 'one notification for two permits',
    file: SEMAPHORE,
    find: 'notify(words, VALUE, n)',
    replace: 'notify(words, VALUE, 1)',
    scenario: semaphore.semaphoreReleasesMany(2),
    bounds: { preemptions: 1 },
    problem: asleep,
  },
  {
    bug: 'taking in two steps',
    file: SEMAPHORE,
    find: 'const seen = Atomics.compareExchange(words, VALUE, value, value - 1)',
    replace: 'const seen = value; Atomics.store(words, VALUE, value - 1)',
    scenario: semaphore.semaphoreLimits(2, 1),
    bounds: { preemptions: 2 },
    problem: /more holders than permits/,
  },
]

const barrierMutants: readonly Mutant[] = [
  {
    bug: 'missing notify',
    file: BARRIER,
    find: 'if (Atomics.load(this.#words, SLEEPERS) > 0) notify(this.#words, PHASE)',
    replace: '',
    scenario: barrier.barrierPasses(2),
    bounds: { preemptions: 2 },
    problem: asleep,
  },
  {
    bug: 'one notification for all',
    file: BARRIER,
    find: 'if (Atomics.load(this.#words, SLEEPERS) > 0) notify(this.#words, PHASE)',
    replace: 'if (Atomics.load(this.#words, SLEEPERS) > 0) notify(this.#words, PHASE, 1)',
    scenario: barrier.barrierPasses(3),
    bounds: { preemptions: 1 },
    problem: asleep,
  },
]

export const waitingMutants: readonly Mutant[] = [
  ...conditionMutants,
  ...semaphoreMutants,
  ...barrierMutants,
]
