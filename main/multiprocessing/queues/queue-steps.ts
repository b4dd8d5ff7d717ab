/** What puts and gets have in common. */
import type { Seconds } from '../../core/units.ts'
import { deadlineAfter, type Deadline } from '../../threading/futex.ts'
import { tryAsSleeper, tryLockMutex } from '../../threading/mutex.ts'
import { Word, type QueueMemory } from './queue-memory.ts'
import type { Steps } from '../../threading/steps.ts'

/** What a put or get must know of its queue. */
export interface QueueEnd {
  readonly memory: QueueMemory
  readonly resource: number
  readonly name: string
  readonly maxsize: number
}

/**
 * How long `block=False` and `Connection.close` allow the event-loop thread to answer. It needs
 * microseconds, and much more only where it gets no processor: without its answer a `close` is not
 * known to this process's next `send`.
 */
export const PROBE_TIMEOUT: Seconds = 10

/**
 * Locks a mutex (threading/mutex.ts) on either kind of thread. One that is taken over from a thread
 * that died needs no repair: of a record that fits, all or nothing was published, by one store.
 */
export function* lockSteps(words: Int32Array, index: number, deadline: Deadline): Steps<boolean> {
  if (tryLockMutex(words, index)) return true
  for (;;) {
    const tried = tryAsSleeper(words, index)
    if (tried >= 0) return true
    if (!(yield { words, index, expected: tried, deadline })) return false
  }
}

/**
 * Asks the broker to answer once it has done everything asked for before. Counted after whatever it
 * is about, because the event-loop thread reads it before that (endpoint.ts).
 */
export const probe = ({ words }: QueueMemory): number =>
  (Atomics.add(words, Word.probes, 1) + 1) | 0

/** Until the broker has answered; false: it did not. */
export function* awaitProbe({ words }: QueueMemory, asked: number): Steps<boolean> {
  const deadline = deadlineAfter(PROBE_TIMEOUT)
  for (;;) {
    const answered = Atomics.load(words, Word.probed)
    if (((answered - asked) | 0) >= 0) return true
    if (!(yield { words, index: Word.probed, expected: answered, deadline })) return false
  }
}

/** That a thread waits for an item to come into this process; the broker hands it one. */
export class Interest {
  /** The probe that answers once whatever there is has come. */
  readonly probed: number | undefined
  readonly #memory: QueueMemory

  constructor({ memory }: QueueEnd, probes: boolean) {
    this.#memory = memory
    // Counted before the bell, so that the event-loop thread sees who waits.
    const asked = Atomics.add(memory.words, Word.asked, 1) + 1
    Atomics.add(memory.words, memory.in.readers, 1)
    this.probed = probes ? probe(memory) : undefined
    if (probes) memory.ring()
    else memory.ringForGet(asked)
  }

  /** @param taken the thread has taken an item: what was asked for stays asked for. */
  end(taken: boolean): void {
    const { words } = this.#memory
    Atomics.sub(words, this.#memory.in.readers, 1)
    if (taken) return
    Atomics.sub(words, Word.asked, 1)
    this.#memory.ring()
  }
}
