import type { Seconds } from '../core/units.ts'
import { EventKind, LaneState } from '../trace/model.ts'
import { ValueError } from './errors.ts'
import { deadlineAfter, passSlice, turn } from './futex.ts'
import { runtime } from './runtime.ts'
import { inState, runAsync, runBlocking, type Steps } from './steps.ts'

/** Nobody ever changes or notifies it. */
const never = new Int32Array(new SharedArrayBuffer(4))

/**
 * time.sleep: without the GIL.
 * @throws ValueError for a negative length, RuntimeError on an event-loop thread, KeyboardInterrupt
 * when the run is being stopped.
 */
export function sleep(seconds: Seconds): void {
  checkLength(seconds)
  runBlocking(inState(LaneState.sleeping, 0, passTime(seconds)), 'sleepAsync')
}

/**
 * asyncio.sleep: others of this thread's event loop go on meanwhile. The lane of a program's thread
 * sleeps while nothing on its loop runs; that of a thread host stays as it is.
 */
export async function sleepAsync(seconds: Seconds): Promise<void> {
  checkLength(seconds)
  if (runtime.mayBlock) await sleepInTask(seconds)
  else await runAsync(passTime(seconds))
}

async function sleepInTask(seconds: Seconds): Promise<void> {
  const { tracer } = runtime
  const deadline = deadlineAfter(seconds)
  // Once whatever runs in this turn of the loop has come to its own await: then nothing runs.
  void Promise.resolve().then(() => tracer?.record(EventKind.state, 0, LaneState.sleeping, 0, 1))
  try {
    // Once at least: sleep(0) gives the others their turn.
    do await turn()
    while (await passSlice(deadline))
  } finally {
    tracer?.record(EventKind.state, 0, LaneState.running, 0, 0)
  }
}

function* passTime(seconds: Seconds): Steps<void> {
  const deadline = deadlineAfter(seconds)
  while (yield { words: never, index: 0, expected: 0, deadline });
}

function checkLength(seconds: Seconds): void {
  if (!(seconds >= 0)) throw new ValueError('sleep length must be non-negative')
}
