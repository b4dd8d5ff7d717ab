import type { Seconds } from '../core/units.ts'
import { LaneState } from '../trace/model.ts'
import { ValueError } from './errors.ts'
import { deadlineAfter } from './futex.ts'
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

/** The same for a thread that runs an event loop; its lane stays as it is. */
export async function sleepAsync(seconds: Seconds): Promise<void> {
  checkLength(seconds)
  await runAsync(passTime(seconds))
}

function* passTime(seconds: Seconds): Steps<void> {
  const deadline = deadlineAfter(seconds)
  while (yield { words: never, index: 0, expected: 0, deadline });
}

function checkLength(seconds: Seconds): void {
  if (!(seconds >= 0)) throw new ValueError('sleep length must be non-negative')
}
