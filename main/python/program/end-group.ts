/** Ends what is left of a program: first asked, then by force, in a bounded time. */
import { isGroupAlive, killAllButTrackers, signalGroup } from './process-group.ts'

const POLL_MILLISECONDS = 10
/** From being asked to force. */
export const TERM_GRACE_MILLISECONDS = 1_000
/** What multiprocessing's resource tracker has for removing semaphores and shared memory. */
const TRACKER_MILLISECONDS = 300
/** What the system may take to end a process that was killed. */
const KILL_MILLISECONDS = 1_000

/** What it took. */
export type GroupEnding = 'gone already' | 'asked' | 'killed'

export async function endGroup(
  group: number,
  grace = TERM_GRACE_MILLISECONDS,
): Promise<GroupEnding> {
  if (!isGroupAlive(group)) return 'gone already'
  signalGroup(group, 'SIGTERM')
  if (await isGoneWithin(group, grace)) return 'asked'
  return killGroup(group)
}

/** The same without asking. */
export async function killGroup(group: number): Promise<GroupEnding> {
  killAllButTrackers(group)
  if (await isGoneWithin(group, TRACKER_MILLISECONDS)) return 'killed'
  signalGroup(group, 'SIGKILL')
  await isGoneWithin(group, KILL_MILLISECONDS)
  return 'killed'
}

export async function isGoneWithin(group: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds
  while (isGroupAlive(group)) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
  return true
}
