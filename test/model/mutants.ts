/** Known classes of bugs, each planted in one place of the real source. */
import type { Bounds } from './explorer.ts'
import type { Mutation } from './load.ts'
import type { Scenario } from './program.ts'
import * as barrier from './scenarios/barrier.ts'
import * as condition from './scenarios/condition.ts'
import * as event from './scenarios/event.ts'
import * as lock from './scenarios/lock.ts'
import * as mutex from './scenarios/mutex.ts'
import * as ring from './scenarios/ring.ts'
import * as semaphore from './scenarios/semaphore.ts'

export interface Mutant extends Mutation {
  readonly bug: string
  readonly scenario: Scenario
  readonly bounds?: Bounds
  /** What the explorer must say. */
  readonly problem: RegExp
}

const MUTEX = 'main/threading/mutex.ts'
const LOCK = 'main/threading/ownership.ts'
const WAITERS = 'main/threading/waiters.ts'
const CONDITION = 'main/threading/condition.ts'
const SEMAPHORE = 'main/threading/semaphore.ts'
const BARRIER = 'main/threading/barrier.ts'
const EVENT = 'main/threading/event.ts'
const RING = 'main/trace/ring.ts'
const asleep = /^asleep for ever/

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
    find: 'if (owner < 0) notify(words, OWNER, 1)',
    replace: '',
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
    find: '((this.#ticketOf(slot) - ticket) | 0) < 0',
    replace: '((this.#ticketOf(slot) - ticket) | 0) > 0',
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

const eventMutants: readonly Mutant[] = [
  {
    bug: 'missing notify',
    file: EVENT,
    find: 'if (Atomics.load(words, SLEEPERS) > 0) notify(words, FLAG)',
    replace: '',
    scenario: event.eventLetsAllThrough(1),
    problem: asleep,
  },
  {
    bug: 'one notification for all',
    file: EVENT,
    find: 'if (Atomics.load(words, SLEEPERS) > 0) notify(words, FLAG)',
    replace: 'if (Atomics.load(words, SLEEPERS) > 0) notify(words, FLAG, 1)',
    scenario: event.eventLetsAllThrough(2),
    problem: asleep,
  },
  {
    bug: 'a set that a clear takes back',
    file: EVENT,
    find: 'const next = (seen + 2) | 1',
    replace: 'const next = seen | 1',
    scenario: event.eventIsClearedAtOnce(1),
    problem: asleep,
  },
  {
    bug: 'sleepers looked for before the store',
    file: EVENT,
    find: '    Atomics.store(words, SETTER, runtime.ident)\n',
    replace: `    if (Atomics.load(words, SLEEPERS) === 0) return void Atomics.add(words, FLAG, 3)
`,
    scenario: event.eventLetsAllThrough(1),
    problem: asleep,
  },
]

const ringMutants: readonly Mutant[] = [
  {
    bug: 'head published before payload',
    file: RING,
    find: '    words[at] = (kind << 24) | resource\n',
    replace:
      '    Atomics.store(words, HEAD, (head + 1) | 0)\n    words[at] = (kind << 24) | resource\n',
    scenario: ring.ringIsRead(2, 2, 1),
    problem: /half a record/,
  },
  {
    bug: 'tail published before the copy',
    file: RING,
    find: '    this.#copy(first, unbroken, into, 0)\n',
    replace:
      '    Atomics.store(this.#words, TAIL, (this.#tail + count) | 0)\n    this.#copy(first, unbroken, into, 0)\n',
    scenario: ring.ringIsRead(2, 3, 1),
    problem: /half a record|record \d after/,
  },
  {
    bug: 'a text published before its rest',
    file: RING,
    find: '    for (let record = 1; record < records; record++)\n',
    replace:
      '    Atomics.store(this.#words, HEAD, (head + 1) | 0)\n    for (let record = 1; record < records; record++)\n',
    scenario: ring.ringTextIsWhole,
    problem: /kinds/,
  },
  {
    bug: 'a full ring drops without counting',
    file: RING,
    find: 'Atomics.store(this.#words, DROPPED, (Atomics.load(this.#words, DROPPED) + 1) | 0)',
    replace: '',
    scenario: ring.ringIsRead(2, 3, 1),
    problem: /recorded, but/,
  },
]

export const mutants: readonly Mutant[] = [
  ...mutexMutants,
  ...lockMutants,
  ...conditionMutants,
  ...semaphoreMutants,
  ...barrierMutants,
  ...eventMutants,
  ...ringMutants,
]
