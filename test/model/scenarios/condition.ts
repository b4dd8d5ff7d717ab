import { ensure, type Outcome, type Part, type Scenario } from '../program.ts'
import type { Subjects } from '../subjects.ts'
import { alike, doing, repeated, thread, unless } from './common.ts'

/** Where a thread may die holding the lock. */
const ABANDONED = 'LockAbandoned'

const LOCK_WORDS = ['owner', 'sleepers', 'levels']
/** waiters.ts: what precedes the slots, a slot, and its state when it was granted something. */
const HEADER = ['mutex', 'next ticket', 'used', 'count', '', '', '', '']
const SLOT = ['state', 'ticket', 'ident', 'granter']
const GRANTED = 3
const stateOf = (slot: number) => HEADER.length + slot * SLOT.length

const SLOTS = [0, 1, 2]
const waiterNames = [
  ...HEADER,
  ...SLOTS.flatMap((slot) => SLOT.map((name) => `slot ${slot} ${name}`)),
]

function makeCondition(subjects: Subjects) {
  const { Condition, Lock } = subjects
  const handle = new Condition(new Lock())[subjects.toHandle]()
  return {
    handle,
    attach: () => new Condition(handle),
    named: [
      { buffer: handle.memory, name: 'condition', words: waiterNames },
      { buffer: handle.lock.memory, name: 'lock', words: LOCK_WORDS },
    ],
  }
}

/** Counters of the scenario, changed with the condition's lock held: plain arithmetic would do. */
const counters = (...names: readonly string[]) => {
  const buffer = new SharedArrayBuffer(names.length * 4)
  return { words: new Int32Array(buffer), named: { buffer, name: 'counters', words: names } }
}

/** Items are made and taken, each wait in a loop; nobody sleeps for ever, none is taken twice. */
export const conditionPassesItems =
  (takers: number, items: number): Scenario =>
  (subjects) => {
    const { attach, named } = makeCondition(subjects)
    const ghost = counters('items')
    const taking: Part[] = [
      doing(() => attach().acquire()),
      ...repeated(items, [
        doing(() => {
          const condition = attach()
          while (Atomics.load(ghost.words, 0) === 0) condition.wait()
        }),
        doing(() => ensure(Atomics.sub(ghost.words, 0, 1) > 0, 'an item is taken twice')),
      ]),
      doing(() => attach().release()),
    ]
    const making: Part[] = [
      doing(() => attach().acquire()),
      doing(() => Atomics.add(ghost.words, 0, 1)),
      doing(() => attach().notify()),
      doing(() => attach().release()),
    ]
    return {
      threads: [...alike(takers, taking), thread('maker', ...repeated(takers * items, making))],
      memory: [...named, ghost.named],
      atEnd: (_, peek) => (peek(ghost.named.buffer, 0) === 0 ? undefined : 'an item is left'),
    }
  }

type Leaves = 'never' | 'timeout' | 'terminated'

/**
 * Of those who wait when `notify(n)` is called, the n that came first pass, and nobody else.
 * @param leaves what may happen to the first waiter.
 */
export const conditionNotifies =
  (waiters: number, n: number, leaves: Leaves = 'never'): Scenario =>
  (subjects) => {
    const { handle, attach, named } = makeCondition(subjects)
    const ghost = counters('arrived')
    const waiting = (timeout?: number): Part[] => [
      unless(ABANDONED, () => attach().acquire()),
      unless(ABANDONED, () => Atomics.add(ghost.words, 0, 1)),
      unless(ABANDONED, (arrival) => (attach().wait(timeout) ? arrival : 'timed out')),
      unless(
        ABANDONED,
        doing(() => attach().release()),
      ),
    ]
    const names = ['A', 'B', 'C'].slice(0, waiters)
    return {
      threads: [
        ...names.map((name, index) => ({
          name,
          daemon: true,
          parts: waiting(leaves === 'timeout' && index === 0 ? 0.05 : undefined),
        })),
        thread(
          'notifier',
          unless(ABANDONED, () => attach().acquire()),
          unless(ABANDONED, () => Atomics.load(ghost.words, 0)),
          unless(
            ABANDONED,
            doing(() => attach().notify(n)),
          ),
          unless(
            ABANDONED,
            doing(() => attach().release()),
          ),
        ),
      ],
      memory: [...named, ghost.named],
      ...(leaves === 'terminated' && { mortal: [0] }),
      atEnd(outcomes, peek) {
        const arrived = Number(outcomes.at(-1))
        const passed = outcomes.slice(0, -1).filter((outcome) => typeof outcome === 'number')
        if (leaves === 'never') return rightOnes(passed, Math.min(n, arrived))
        if (passed.length > n) return `notify(${n}) let ${passed.length} through`
        const eaten = SLOTS.some((slot) => peek(handle.memory, stateOf(slot)) === GRANTED)
        const sleeps = outcomes.slice(0, -1).includes(undefined)
        if (leaves === 'terminated')
          return eaten && sleeps && arrived === waiters ? 'the dead ate a notification' : undefined
        return arrived === waiters && passed.length < n ? 'a notification is lost' : undefined
      },
    }
  }

function rightOnes(passed: readonly Outcome[], count: number): string | undefined {
  const right = passed.length === count && passed.every((arrival) => Number(arrival) < count)
  return right ? undefined : `the first ${count} should have passed, not: ${passed.join(', ')}`
}

/**
 * One place, one condition for those who put and those who take.
 * @param all notify all, as it must be: one notification may reach the wrong kind.
 */
export const conditionHasTwoKinds =
  (all: boolean): Scenario =>
  (subjects) => {
    const { attach, named } = makeCondition(subjects)
    const ghost = counters('items')
    const moving = (from: number, to: number): Part[] => [
      doing(() => attach().acquire()),
      doing(() => {
        const condition = attach()
        while (Atomics.load(ghost.words, 0) !== from) condition.wait()
      }),
      doing(() => Atomics.store(ghost.words, 0, to)),
      doing(() => (all ? attach().notifyAll() : attach().notify())),
      doing(() => attach().release()),
    ]
    return {
      threads: [
        thread('putter', ...repeated(2, moving(0, 1))),
        thread('taker', ...moving(1, 0)),
        thread('taker 2', ...moving(1, 0)),
      ],
      memory: [...named, ghost.named],
    }
  }
