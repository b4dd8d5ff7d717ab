import type { Seconds } from '../core/units.ts'
import { EventKind, LaneState } from '../trace/model.ts'
import { ValueError } from './errors.ts'
import { deadlineAfter, requireBlocking, wait, waitAsync } from './futex.ts'
import { resumeGil, suspendGil } from './gil.ts'
import { runtime } from './runtime.ts'

/** Nobody ever changes or notifies it. */
const never = new Int32Array(new SharedArrayBuffer(4))

/**
 * time.sleep: without the GIL.
 * @throws ValueError for a negative length, RuntimeError on an event-loop thread, KeyboardInterrupt
 * when the run is being stopped.
 */
export function sleep(seconds: Seconds): void {
  checkLength(seconds)
  requireBlocking('sleepAsync')
  const gil = suspendGil()
  runtime.tracer?.record(EventKind.state, 0, LaneState.sleeping, 0, 0)
  try {
    const deadline = deadlineAfter(seconds)
    while (wait(never, 0, 0, deadline));
  } finally {
    runtime.tracer?.record(EventKind.state, 0, LaneState.running, 0, 0)
    resumeGil(gil)
  }
}

/** The same for a thread that runs an event loop; its lane stays as it is. */
export async function sleepAsync(seconds: Seconds): Promise<void> {
  checkLength(seconds)
  const deadline = deadlineAfter(seconds)
  while (await waitAsync(never, 0, 0, deadline));
}

function checkLength(seconds: Seconds): void {
  if (!(seconds >= 0)) throw new ValueError('sleep length must be non-negative')
}
