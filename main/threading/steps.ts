/**
 * Blocking operations written once, for threads that may block and for those that run an event
 * loop: a generator yields what it waits for, and one of the two drivers below does the waiting.
 */
import { EventKind, LaneState } from '../trace/model.ts'
import { requireBlocking, wait, waitAsync, type Deadline } from './futex.ts'
import { resumeGil, suspendGil } from './gil.ts'
import { locateState } from './places.ts'
import { runtime } from './runtime.ts'
import { taskGoesOn } from './tasks.ts'

/** Sleep while the word is `expected`, as `wait` does; the answer is false when it was too late. */
export interface Pause {
  readonly words: Int32Array
  readonly index: number
  readonly expected: number
  readonly deadline: Deadline
  /** False: no KeyboardInterrupt here, because something must be put right first. Default: true. */
  readonly heedsStop?: boolean
}

export type Steps<Result> = Generator<Pause, Result, boolean>

/**
 * Runs an operation that has to wait on a thread that may block, without the GIL.
 * @throws RuntimeError on an event-loop thread, KeyboardInterrupt when the run is being stopped,
 * and what the operation throws.
 */
export function runBlocking<Result>(steps: Steps<Result>, asyncForm: string): Result {
  requireBlocking(asyncForm)
  // Before the operation begins its wait: handing the GIL over is a wait of its own in the trace.
  const gil = suspendGil()
  try {
    let step = steps.next(true)
    while (step.done !== true) step = blockIn(steps, step.value)
    return step.value
  } finally {
    resumeGil(gil)
  }
}

function blockIn<Result>(steps: Steps<Result>, pause: Pause) {
  const { words, index, expected, deadline, heedsStop } = pause
  let inTime: boolean
  try {
    inTime = wait(words, index, expected, deadline, heedsStop)
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
    const { words, index, expected, deadline, heedsStop } = step.value
    let inTime: boolean
    try {
      inTime = await waitAsync(words, index, expected, deadline, heedsStop)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(inTime)
    if (step.done === true) taskGoesOn()
  }
  return step.value
}

/**
 * The thread's lane shows `state` meanwhile; that of an event loop stays as it is.
 * @param joined ident of the thread that is joined; 0: none.
 * @param timed it ends by itself after a timeout.
 */
export function* inState<Result>(
  state: LaneState,
  joined: number,
  steps: Steps<Result>,
  timed = false,
): Steps<Result> {
  const tracer = runtime.mayBlock ? runtime.tracer : undefined
  tracer?.record(EventKind.state, 0, state, joined, timed ? 1 : 0)
  if (tracer) locateState(state)
  try {
    return yield* steps
  } finally {
    tracer?.record(EventKind.state, 0, LaneState.running, 0, 0)
  }
}

/**
 * Whether watching a word for a few microseconds may pay: under a GIL the other side may need this
 * thread's processor time, and an event loop has others to serve.
 */
export const maySpin = (): boolean => runtime.mayBlock && runtime.gil === undefined
