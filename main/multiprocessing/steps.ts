/**
 * Blocking operations written once, for threads that may block and for those that run an event
 * loop: a generator yields what it waits for, and one of the two drivers below does the waiting.
 */
import { requireBlocking, wait, waitAsync, type Deadline } from '../threading/futex.ts'
import { resumeGil, suspendGil } from '../threading/gil.ts'

/** Sleep while the word is `expected`; the answer is false when the deadline passed. */
export interface Pause {
  readonly words: Int32Array
  readonly index: number
  readonly expected: number
  readonly deadline: Deadline
}

export type Steps<Result> = Generator<Pause, Result, boolean>

/**
 * Runs an operation on a thread that may block; the GIL, if any, is dropped while it sleeps.
 * @throws RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt.
 */
export function runBlocking<Result>(steps: Steps<Result>, asyncForm: string): Result {
  let step = steps.next(true)
  if (step.done === true) return step.value
  requireBlocking(asyncForm)
  const gil = suspendGil()
  try {
    while (step.done !== true) {
      const { words, index, expected, deadline } = step.value
      let inTime: boolean
      try {
        inTime = wait(words, index, expected, deadline)
      } catch (error) {
        // Inside the operation, so that it can put things right.
        step = steps.throw(error)
        continue
      }
      step = steps.next(inTime)
    }
    return step.value
  } finally {
    resumeGil(gil)
  }
}

export async function runAsync<Result>(steps: Steps<Result>): Promise<Result> {
  let step = steps.next(true)
  while (step.done !== true) {
    const { words, index, expected, deadline } = step.value
    let inTime: boolean
    try {
      inTime = await waitAsync(words, index, expected, deadline)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(inTime)
  }
  return step.value
}
