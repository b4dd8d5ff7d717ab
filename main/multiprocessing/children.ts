/** The processes that threads of this process have started: activeChildren, and their end. */
import type { Seconds } from '../core/units.ts'
import { Control, runtime } from '../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../threading/steps.ts'
import { Process, startedHere, type ProcessHandle } from './process.ts'
import { requestOnChannel } from './requests.ts'

const ANSWER_TIMEOUT: Seconds = 20
/** What a daemon that is asked to end may take before it is killed. */
const DAEMON_GRACE: Seconds = 0.5

/** A child as the event-loop thread of its parent knows it. */
export interface ListedChild {
  readonly number: number
  readonly process: ProcessHandle
}

/** All living children of this process, whichever of its threads started them. */
export function activeChildren(): Process[] {
  if (Atomics.load(runtime.control, Control.processes) === 0) return []
  return runBlocking(listSteps(), 'activeChildrenAsync')
}

/** The same for a thread that runs an event loop. */
export async function activeChildrenAsync(): Promise<Process[]> {
  if (Atomics.load(runtime.control, Control.processes) === 0) return []
  return runAsync(listSteps())
}

function* listSteps(): Steps<Process[]> {
  const list = yield* requestOnChannel('listChildren', (channel) => ({ channel }), ANSWER_TIMEOUT)
  // What the event-loop thread of this process has posted.
  return (list as readonly ListedChild[]).map(
    ({ number, process }) => startedHere(number) ?? new Process(process),
  )
}

/**
 * What CPython does when its main thread ends (multiprocessing.util._exit_function): daemon
 * children are terminated, then all are joined. A daemon that does not end in time is killed, where
 * CPython would wait for ever.
 * @throws KeyboardInterrupt when the run is being stopped.
 */
export function joinChildren(): void {
  const children = activeChildren()
  const daemons = children.filter(({ daemon }) => daemon)
  for (const daemon of daemons) daemon.terminate()
  for (const daemon of daemons) {
    daemon.join(DAEMON_GRACE)
    if (daemon.isAlive()) daemon.kill()
  }
  for (const child of children) child.join()
}
