import type { Seconds } from '../core/units.ts'
import { LaneState } from '../trace/model.ts'
import { ValueError } from './errors.ts'
import { deadlineAfter, passSlice, turn } from './futex.ts'
import { runtime } from './runtime.ts'
import { inState, runAsync, runBlocking, type Steps } from './steps.ts'
import { taskSleeps } from './tasks.ts'

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
  const deadline = deadlineAfter(seconds)
  const wake = taskSleeps()
  try {
    // Once at least: sleep(0) gives the others their turn.
    do await turn()
    while (await passSlice(deadline))
  } finally {
    wake()
  }
}

function* passTime(seconds: Seconds): Steps<void> {
  const deadline = deadlineAfter(seconds)
  while (yield { words: never, index: 0, expected: 0, deadline });
}

function checkLength(seconds: Seconds): void {
  if (seconds < 0) throw new ValueError('sleep length must be non-negative')
}
