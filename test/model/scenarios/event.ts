import { sleepersOn } from '../globals.ts'
import type { Scenario } from '../program.ts'
import { alike, doing, thread } from './common.ts'

const FLAG = 0
const WORDS = ['flag', 'sleepers', 'setter']

/** Every waiter passes once it is set. */
export const eventLetsAllThrough =
  (waiters: number, setters = 1, spins = false): Scenario =>
  ({ Event, toHandle }) => {
    const handle = new Event()[toHandle]()
    const setting = [doing(() => new Event(handle).set())]
    return {
      threads: [
        ...alike(waiters, [() => new Event(handle).wait()]),
        ...['setter', 'setter 2'].slice(0, setters).map((name) => thread(name, ...setting)),
      ],
      memory: [{ buffer: handle.memory, name: 'event', words: WORDS }],
      spins,
      atEnd: (outcomes, peek) => {
        if (outcomes.slice(0, waiters).some((outcome) => outcome !== true))
          return 'a waiter without a timeout did not pass'
        return peek(handle.memory, 1) === 0 ? undefined : 'a sleeper stays counted'
      },
    }
  }

/** Those who sleep when it is set pass, even when it is cleared at once. */
export const eventIsClearedAtOnce =
  (waiters: number): Scenario =>
  ({ Event, toHandle }) => {
    const handle = new Event()[toHandle]()
    return {
      threads: [
        ...alike(waiters, [() => new Event(handle).wait()]),
        thread(
          'setter',
          () => sleepersOn(handle.memory, FLAG) === waiters,
          doing(() => new Event(handle).set()),
          (clears) => {
            if (clears === true) new Event(handle).clear()
            return undefined
          },
        ),
      ],
      memory: [{ buffer: handle.memory, name: 'event', words: WORDS }],
    }
  }

/** A timeout or a termination of one waiter does not keep the other from passing. */
export const eventWaiterLeaves =
  (how: 'timeout' | 'terminated'): Scenario =>
  ({ Event, toHandle }) => {
    const handle = new Event()[toHandle]()
    return {
      threads: [
        thread('leaver', () => new Event(handle).wait(how === 'timeout' ? 0.05 : undefined)),
        thread('waiter', () => new Event(handle).wait()),
        thread(
          'setter',
          doing(() => new Event(handle).set()),
        ),
      ],
      memory: [{ buffer: handle.memory, name: 'event', words: WORDS }],
      ...(how === 'terminated' && { mortal: [0] }),
    }
  }

/** A run that is stopped: whoever sleeps ends with KeyboardInterrupt and counts itself out. */
export const eventIsInterrupted: Scenario = ({ Event, Control, futex, runtime, toHandle }) => {
  const handle = new Event()[toHandle]()
  return {
    threads: [
      ...alike(2, [
        () => {
          try {
            return new Event(handle).wait()
          } catch (error) {
            return String(error)
          }
        },
      ]),
      thread(
        'stopper',
        doing(() => {
          Atomics.store(runtime.control, Control.stop, 1)
          futex.notify(runtime.control, Control.stop)
        }),
      ),
    ],
    memory: [{ buffer: handle.memory, name: 'event', words: WORDS }],
    atEnd: (_, peek) => (peek(handle.memory, 1) === 0 ? undefined : 'a sleeper stays counted'),
  }
}
