/**
 * Blocking operations written once, for threads that may block and for those that run an event
 * loop: a generator yields what it waits for, and one of the two drivers below does the waiting.
 */
import { requireBlocking, wait, waitAsync, type Deadline } from '../threading/futex.ts'
import { resumeGil, suspendGil } from '../threading/gil.ts'

/** Sleep while the word is `expected`, as `wait` does; the answer is false when it was too late. */
export interface Pause {
  readonly words: Int32Array
  readonly index: number
  readonly expected: number
  readonly deadline: Deadline
}

export type Steps<Result> = Generator<Pause, Result, boolean>

/**
 * Runs an operation on a thread that may block, without the GIL: the quick way was tried before.
 * @throws RuntimeError on an event-loop thread that would have to wait, KeyboardInterrupt when the
 * run is being stopped, and what the operation throws.
 */
export function runBlocking<Result>(steps: Steps<Result>, asyncForm: string): Result {
  // Before the operation begins its wait: handing the GIL over is a wait of its own in the trace.
  const gil = suspendGil()
  try {
    let step = steps.next(true)
    while (step.done !== true) step = blockIn(steps, step.value, asyncForm)
    return step.value
  } finally {
    resumeGil(gil)
  }
}

function blockIn<Result>(steps: Steps<Result>, pause: Pause, asyncForm: string) {
  let inTime: boolean
  try {
    requireBlocking(asyncForm)
    inTime = wait(pause.words, pause.index, pause.expected, pause.deadline)
  } catch (error) {
    // Inside the operation, so that it can put things right.
    return steps.throw(error)
  }
  return steps.next(inTime)
}

/** The same for a thread that runs an event loop. */
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
