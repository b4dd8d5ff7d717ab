import * as lock from '../scenarios/lock.ts'
import * as mutex from '../scenarios/mutex.ts'
import { asleep, type Mutant } from './mutant.ts'

const MUTEX = 'main/threading/mutex.ts'
const LOCK = 'main/threading/ownership.ts'

const mutexMutants: readonly Mutant[] = [
  {
    bug: 'missing notify',
    file: MUTEX,
    find: 'if (Atomics.exchange(words, index, 0) < 0) notify(words, index, 1)',
    replace: 'Atomics.exchange(words, index, 0)',
    scenario: mutex.mutexExcludes(2),
    problem: asleep,
  },
  {
    bug: 'notify before the store',
    file: MUTEX,
    find: 'if (Atomics.exchange(words, index, 0) < 0) notify(words, index, 1)',
    replace:
      'if (Atomics.load(words, index) < 0) notify(words, index, 1); Atomics.store(words, index, 0)',
    scenario: mutex.mutexExcludes(2),
    problem: asleep,
  },
  {
    bug: 'sleeping on what the word is by then (check, then sleep)',
    file: MUTEX,
    find: 'wait(words, index, tried, NEVER',
    replace: 'wait(words, index, Atomics.load(words, index), NEVER',
    scenario: mutex.mutexExcludes(2),
    problem: asleep,
  },
  {
    bug: "the sleepers' mark forgotten at the hand-over",
    file: MUTEX,
    find: 'const mine = runtime.ident | SOMEBODY_SLEEPS',
    replace: 'const mine = runtime.ident',
    scenario: mutex.mutexExcludes(3),
    problem: asleep,
  },
  {
    bug: 'two take over from the dead',
    file: MUTEX,
    find: 'if (Atomics.compareExchange(words, index, seen, mine) === seen) return Tried.takenOver',
    replace: 'Atomics.store(words, index, mine); return Tried.takenOver',
    scenario: mutex.mutexIsTakenOver(3),
    bounds: { preemptions: 2 },
    problem: /two threads are inside/,
  },
  {
    bug: 'the dead are waited for',
    file: MUTEX,
    find: 'if (hasDied(identIn(seen))) {',
    replace: 'if (false) {',
    scenario: mutex.mutexIsTakenOver(2),
    problem: asleep,
  },
]

const lockMutants: readonly Mutant[] = [
  {
    bug: 'missing notify',
    file: LOCK,
    find: 'throw notOwned()\n    if (owner < 0) notify(words, OWNER, 1)',
    replace: 'throw notOwned()',
    scenario: lock.lockExcludes(2),
    problem: asleep,
  },
  {
    bug: 'looking and taking are two steps',
    file: LOCK,
    find: 'const seen = Atomics.compareExchange(this.#words, OWNER, 0, ident)',
    replace:
      'const seen = Atomics.load(this.#words, OWNER); ' +
      'if (seen === 0) Atomics.store(this.#words, OWNER, ident)',
    scenario: lock.lockExcludes(2),
    problem: /two threads are inside/,
  },
  {
    bug: "the sleepers' mark forgotten at the hand-over",
    file: LOCK,
    find: 'Atomics.load(words, SLEEPERS) > 1 ? ident | SOMEBODY_SLEEPS : ident',
    replace: 'ident',
    scenario: lock.lockExcludes(3),
    problem: asleep,
  },
  {
    bug: 'sleepers are counted in two steps',
    file: LOCK,
    find: 'Atomics.add(words, SLEEPERS, 1)',
    replace: 'Atomics.store(words, SLEEPERS, Atomics.load(words, SLEEPERS) + 1)',
    scenario: lock.lockExcludes(3),
    problem: /asleep for ever|a sleeper stays counted/,
  },
  {
    bug: 'the dead are waited for',
    file: LOCK,
    find: 'if (hasDied(last)) throw',
    replace: 'if (false) throw',
    scenario: lock.lockAbandoned(2),
    problem: asleep,
  },
]

export const lockingMutants: readonly Mutant[] = [...mutexMutants, ...lockMutants]
