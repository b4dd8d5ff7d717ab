/**
 * How threads wait for a queue to change, and how whoever changes it wakes them.
 *
 * A waiter watches the count that it waits for a while; then it counts itself as a sleeper, reads
 * CHANGES of its group, tries once more and sleeps while CHANGES is what it read. Whoever changes the
 * queue looks for sleepers afterwards and raises CHANGES if there are any: either it sees the sleeper,
 * or the sleeper's last try sees its change. So a queue that nobody sleeps at costs one load. A woken
 * thread takes its time (20 µs, or milliseconds on a busy machine): while a lone sleeper is on its way
 * it is not woken again, which ARMED tells.
 */
import type { Seconds } from '../../core/units.ts'
import type { Wait } from '../../trace/model.ts'
import { EventKind, WaitOutcome } from '../../trace/model.ts'
import { deadlineAfter, notify, spin, type Deadline } from '../futex.ts'
import { locateBegun } from '../places.ts'
import { runtime } from '../runtime.ts'
import { maySpin, type Steps } from '../steps.ts'
import { ARMED, BYTES_WANTED, CHANGES, SLEEPING, Word } from './layout.ts'

/** What an attempt gives that found nothing, or no room. */
export const NOTHING: unique symbol = Symbol('interleave.nothing')

/** Before a waiter sleeps it looks so often: a few microseconds, about what going to sleep costs. */
const ROUNDS = 8
const LOOKS = 4
const LOADS = 300

/** After the change, and outside of the mutex: who is woken needs it. */
export function announce(words: Int32Array, group: number, count: number): void {
  const sleeping = Atomics.load(words, group + SLEEPING)
  // Not armed: the sleeper is on its way already, and arms before it looks for this change.
  if (sleeping === 0 || Atomics.load(words, group + ARMED) === 0) return
  const alone = sleeping === 1
  // Before CHANGES is raised: who arms after this has not read it yet, or has read what it becomes.
  if (alone) Atomics.store(words, group + ARMED, 0)
  Atomics.add(words, group + CHANGES, 1)
  // All when alone: another one that came in the meantime would be disarmed without being woken.
  notify(words, group + CHANGES, alone ? Infinity : count)
}

/** By a putter under way to sleep whose item has bytes: the room of one item may not be enough. */
export function wantBytes(words: Int32Array): void {
  Atomics.store(words, Word.putters + BYTES_WANTED, 1)
}

/** As `announce`, to the putters: one item's room may be enough for several of those who want bytes. */
export function announceRoom(words: Int32Array): void {
  if (Atomics.load(words, Word.putters + SLEEPING) === 0) return
  const wanted = Atomics.exchange(words, Word.putters + BYTES_WANTED, 0) === 1
  announce(words, Word.putters, wanted ? Infinity : 1)
}

export interface Awaited<Result> {
  readonly words: Int32Array
  readonly resource: number
  readonly group: number
  /** Index of the word that changes when an attempt may succeed. */
  readonly watched: number
  readonly why: Wait
  readonly timeout: Seconds | undefined
  /** Records the end of the wait if it succeeds: together with what ended it. */
  readonly attempt: () => Result | typeof NOTHING
  /** Ident of who ended the wait if an attempt throws. */
  readonly endedBy: () => number
}

/** Result NOTHING: the timeout passed before an attempt succeeded. */
export function* awaitChange<Result>(awaited: Awaited<Result>): Steps<Result | typeof NOTHING> {
  const { words, resource, group, timeout, attempt } = awaited
  const deadline = deadlineAfter(timeout)
  const limited = Number(timeout !== undefined)
  runtime.tracer?.record(EventKind.waitBegin, resource, 0, awaited.why, limited)
  let outcome: WaitOutcome = WaitOutcome.interrupted
  try {
    locateBegun(resource, awaited.why)
    let result = watch(awaited)
    if (result === NOTHING) result = yield* sleep(words, group, deadline, attempt)
    outcome = result === NOTHING ? WaitOutcome.timedOut : WaitOutcome.granted
    return result
  } finally {
    if (outcome !== WaitOutcome.granted) {
      const by = outcome === WaitOutcome.interrupted ? awaited.endedBy() : 0
      runtime.tracer?.record(EventKind.waitEnd, resource, outcome, by, 0)
    }
  }
}

/** Attempts whenever the watched word has changed, for a while. */
function watch<Result>({ words, group, watched, timeout, attempt }: Awaited<Result>) {
  if (!maySpin() || (timeout !== undefined && timeout <= 0)) return NOTHING
  // A limit to all the loads together: where many want the same, each change may be another's.
  for (let round = 0; round < ROUNDS; round++) {
    const seen = Atomics.load(words, watched)
    const result = attempt()
    if (result !== NOTHING) return result
    // Not at the watched word all the time: each look takes its cache line from who changes it, and
    // what comes in the meantime is worth a look of its own.
    let left = LOOKS
    do spin(words, group + CHANGES, Atomics.load(words, group + CHANGES), LOADS)
    while (Atomics.load(words, watched) === seen && --left > 0)
  }
  return NOTHING
}

function* sleep<Result>(
  words: Int32Array,
  group: number,
  deadline: Deadline,
  attempt: () => Result | typeof NOTHING,
): Steps<Result | typeof NOTHING> {
  const index = group + CHANGES
  Atomics.add(words, group + SLEEPING, 1)
  try {
    for (;;) {
      // In this order: whoever disarms raises CHANGES above what was read, and a change that is not
      // announced because nobody is armed is one that the attempt sees.
      const expected = Atomics.load(words, index)
      Atomics.store(words, group + ARMED, 1)
      const result = attempt()
      if (result !== NOTHING || !(yield { words, index, expected, deadline })) return result
    }
  } finally {
    Atomics.sub(words, group + SLEEPING, 1)
  }
}
