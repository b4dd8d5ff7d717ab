import { ensure, type Part, type Scenario } from '../program.ts'
import { alike, doing, outcomeOf, repeated, thread } from './common.ts'

const VALUE = 0
const PERMITS = 16
const WAITERS = 80
const SLOT_STATE = WAITERS + 8
const GRANTED = 3

const named = (buffer: SharedArrayBuffer) => {
  const words = ['value', 'sleepers', 'releaser', 'reported']
  for (let entry = 0; entry < 4; entry++) words[PERMITS + entry] = `permits ${entry}`
  const table = ['mutex', 'next ticket', 'used', 'count']
  for (const [index, name] of table.entries()) words[WAITERS + index] = name
  for (const slot of [0, 1, 2])
    for (const [index, name] of ['state', 'ticket', 'ident', 'granter'].entries())
      words[SLOT_STATE + slot * 4 + index] = `slot ${slot} ${name}`
  return { buffer, name: 'semaphore', words }
}

const holders = () => {
  const buffer = new SharedArrayBuffer(4)
  return { words: new Int32Array(buffer), named: { buffer, name: 'section', words: ['holders'] } }
}

interface Limits {
  readonly times?: number
  readonly handOff?: boolean
  /** Of the last thread. */
  readonly timeout?: number
}

/** Never more holders than permits, and at the end all permits are free again. */
export const semaphoreLimits =
  (
    threads: number,
    permits: number,
    { times = 1, handOff = false, timeout }: Limits = {},
  ): Scenario =>
  ({ Semaphore, toHandle }) => {
    const handle = new Semaphore(permits, { handOff })[toHandle]()
    const inside = holders()
    const holding = (limit?: number): Part[] => [
      () => new Semaphore(handle).acquire(true, limit),
      doing(() => undefined),
      (got) => {
        if (got !== true) return 'timed out'
        ensure(Atomics.add(inside.words, 0, 1) < permits, 'more holders than permits')
        Atomics.sub(inside.words, 0, 1)
        return undefined
      },
      (missed) => {
        if (missed === undefined) new Semaphore(handle).release()
        return missed
      },
    ]
    const bodies = alike(threads, repeated(times, holding()))
    if (timeout !== undefined) bodies[threads - 1] = thread('hasty', ...holding(timeout))
    return {
      threads: bodies,
      memory: [named(handle.memory), inside.named],
      atEnd: (_, peek) =>
        peek(handle.memory, VALUE) === permits ? undefined : 'a permit is lost or too many',
    }
  }

/** Several permits at once let as many through. */
export const semaphoreReleasesMany =
  (waiters: number, handOff = false): Scenario =>
  ({ Semaphore, toHandle }) => {
    const handle = new Semaphore(0, { handOff })[toHandle]()
    return {
      threads: [
        ...alike(waiters, [() => new Semaphore(handle).acquire()]),
        thread(
          'releaser',
          doing(() => new Semaphore(handle).release(waiters)),
        ),
      ],
      memory: [named(handle.memory)],
      atEnd: (_, peek) => (Math.max(0, peek(handle.memory, VALUE)) === 0 ? undefined : 'too many'),
    }
  }

/** A waiter is terminated anywhere: while a permit is free, or was given to the dead, none waits. */
export const semaphoreWaiterDies =
  (handOff = false): Scenario =>
  ({ Semaphore, toHandle }) => {
    const handle = new Semaphore(0, { handOff })[toHandle]()
    const waiting = [() => new Semaphore(handle).acquire()]
    return {
      threads: [
        ...alike(2, waiting).map((body) => ({ ...body, daemon: true })),
        thread(
          'releaser',
          doing(() => new Semaphore(handle).release()),
        ),
      ],
      memory: [named(handle.memory)],
      mortal: [0],
      atEnd: ([, other], peek) => {
        if (other !== undefined) return undefined
        const eaten =
          handOff && [0, 1].some((slot) => peek(handle.memory, SLOT_STATE + slot * 4) === GRANTED)
        return eaten || peek(handle.memory, VALUE) > 0
          ? 'a permit is there, and one waits'
          : undefined
      },
    }
  }

/** A BoundedSemaphore never has more permits than at the beginning, whoever releases. */
export const semaphoreIsBounded: Scenario = ({ BoundedSemaphore, toHandle }) => {
  const handle = new BoundedSemaphore(1)[toHandle]()
  const releasing = () =>
    outcomeOf(() => {
      new BoundedSemaphore(handle).release()
      return 'released'
    }, 'ValueError')
  return {
    threads: [
      thread('holder', () => new BoundedSemaphore(handle).acquire(), releasing),
      thread('stranger', releasing),
    ],
    memory: [named(handle.memory)],
    always: (peek) =>
      peek(handle.memory, VALUE) > 1 ? 'more permits than there may be' : undefined,
    atEnd: ([first, second]) =>
      first === 'released' && second === 'released' ? 'released too often' : undefined,
  }
}
