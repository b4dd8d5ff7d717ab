import type { Scenario } from '../program.ts'
import { alike, doing, outcomeOf, repeated, Section, thread } from './common.ts'

const WORDS = ['owner', 'sleepers']

/** Each thread is inside alone, so often. */
export const lockExcludes =
  (threads: number, { times = 1, spins = false, handOff = false } = {}): Scenario =>
  ({ Lock, toHandle }) => {
    const handle = new Lock({ handOff })[toHandle]()
    const section = new Section()
    return {
      threads: alike(
        threads,
        repeated(times, [
          doing(() => new Lock(handle).acquire()),
          doing(() => section.visit()),
          doing(() => new Lock(handle).release()),
        ]),
      ),
      memory: [{ buffer: handle.memory, name: 'lock', words: WORDS }, section.memory],
      spins,
      atEnd: (_, peek) => leftIn(peek(handle.memory, 0), peek(handle.memory, 1)),
    }
  }

/** Of a holder and two waiters one has a timeout: the other does not sleep for ever. */
export const lockTimesOut =
  (handOff = false): Scenario =>
  ({ Lock, toHandle }) => {
    const handle = new Lock({ handOff })[toHandle]()
    const section = new Section()
    const locking = (timeout: number) => [
      () => new Lock(handle).acquire(true, timeout),
      doing(() => section.visit()),
      doing(() => new Lock(handle).release()),
    ]
    return {
      threads: [
        thread('holder', ...locking(-1)),
        thread('waiter', ...locking(-1)),
        thread('hasty', (carried) => {
          if (!new Lock(handle).acquire(true, 0.05)) return false
          section.visit()
          new Lock(handle).release()
          return carried
        }),
      ],
      memory: [{ buffer: handle.memory, name: 'lock', words: WORDS }, section.memory],
      atEnd: (_, peek) => leftIn(peek(handle.memory, 0), peek(handle.memory, 1)),
    }
  }

/** A holder or a waiter is terminated anywhere: the others get the lock or LockAbandoned. */
export const lockAbandoned =
  (threads: number, handOff = false): Scenario =>
  ({ Lock, toHandle }) => {
    const handle = new Lock({ handOff })[toHandle]()
    return {
      threads: alike(threads, [
        () => outcomeOf(() => new Lock(handle).acquire(), 'LockAbandoned'),
        // Whoever finds it abandoned repairs: somebody else may have done so just before.
        () =>
          outcomeOf(() => {
            new Lock(handle).release()
            return 'released'
          }, 'RuntimeError'),
      ]),
      memory: [{ buffer: handle.memory, name: 'lock', words: WORDS }],
      mortal: [0],
      atEnd: (outcomes, peek) =>
        outcomes[0] === 'terminated'
          ? undefined
          : leftIn(peek(handle.memory, 0), peek(handle.memory, 1)),
    }
  }

function leftIn(owner: number, sleepers: number): string | undefined {
  if (owner !== 0) return 'the lock stays locked'
  return sleepers === 0 ? undefined : 'a sleeper stays counted'
}
