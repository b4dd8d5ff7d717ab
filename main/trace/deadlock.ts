/**
 * Deadlock as the wait-for graph shows it: nodes are lanes, an edge says who could end a wait. Who
 * waits for a lock waits for its holder, who joins a thread for that thread. Who waits for an
 * event, an item, a notification or a permit waits for any of the others, because each of them
 * could bring it. Lanes none of which can ever go on are what is left when all are taken away that
 * run, sleep, wait with a timeout, or wait for somebody who was taken away: the AND-OR model (Knapp,
 * "Deadlock detection in distributed databases", ACM Computing Surveys 19, 1987).
 *
 * A lock may be released by another thread than its holder, here as in CPython. Programs hardly
 * ever do so; a cycle that such a release would end is reported until it does.
 */
import { nanoseconds } from '../core/units.ts'
import type { Deadlock, DeadlockMember, OutputLine } from '../run/contract.ts'
import type { Lane } from './lane.ts'
import { LaneEnd, ResourceKind } from './model.ts'
import { isLockKind, type Resource } from './resource.ts'
import { thrownSince } from './thrown.ts'
import { doingInWords } from './words.ts'

/** What has not been merged yet may end a wait: so long a cycle must stand still. Nanoseconds. */
const CYCLE_STANDS = 200e6
/** The same where everybody waits: items may be on their way, threads about to begin. */
const EVERYBODY_STANDS = 1_000e6

/** Waits or joins without a timeout; a wait for the GIL always ends. */
const isStuck = ({ waitingFor, joining, timed }: Lane): boolean =>
  !timed && (waitingFor ? waitingFor.kind !== ResourceKind.gil : joining > 0)

type ByIdent = ReadonlyMap<number, Lane>

/** The only one who can end its wait; undefined: anybody can. */
function awaited({ waitingFor, joining }: Lane, byIdent: ByIdent): Lane | undefined {
  if (!waitingFor) return byIdent.get(joining)
  const { holder } = waitingFor
  return isLockKind(waitingFor.kind) && holder?.alive ? holder : undefined
}

/** Its thread has ended in good order and left it locked: nobody is told, as in CPython. */
const wasLeftLocked = ({ holder }: Resource): boolean =>
  holder?.end?.how === LaneEnd.returned || holder?.end?.how === LaneEnd.threw

/** Lanes of which none can go on unless another of them does. */
function stuckLanes(alive: readonly Lane[], byIdent: ByIdent): ReadonlySet<Lane> {
  const stuck = new Set(alive.filter(isStuck))
  for (;;) {
    const somebodyElse = stuck.size < alive.length
    const free = [...stuck].filter((lane) => canGoOn(lane, stuck, byIdent, somebodyElse))
    if (free.length === 0) return stuck
    for (const lane of free) stuck.delete(lane)
  }
}

function canGoOn(
  lane: Lane,
  stuck: ReadonlySet<Lane>,
  byIdent: ByIdent,
  somebodyElse: boolean,
): boolean {
  const { waitingFor } = lane
  // Nobody holds the lock: it is about to be acquired. A holder that died is found by the waiter.
  if (waitingFor && isLockKind(waitingFor.kind) && !waitingFor.holder?.alive)
    return !wasLeftLocked(waitingFor) || somebodyElse
  const only = awaited(lane, byIdent)
  if (only !== undefined) return !stuck.has(only)
  // One that is joined and not alive has ended, or is about to begin.
  return waitingFor === undefined || somebodyElse
}

/** The lanes of a cycle in which each waits for the next; empty: there is none. */
function cycleAmong(stuck: ReadonlySet<Lane>, byIdent: ByIdent): readonly Lane[] {
  const done = new Set<Lane>()
  for (const start of stuck) {
    const path: Lane[] = []
    let lane: Lane | undefined = start
    while (lane && stuck.has(lane) && !done.has(lane)) {
      done.add(lane)
      path.push(lane)
      lane = awaited(lane, byIdent)
    }
    const entry = lane ? path.indexOf(lane) : -1
    if (entry >= 0) return path.slice(entry)
  }
  return []
}

/** What is known of the run besides its lanes. */
interface Circumstances {
  /** When the section began. */
  readonly from: number
  readonly output: readonly OutputLine[]
}

const NOTHING: Circumstances = { from: 0, output: [] }

export function findDeadlock(
  lanes: readonly Lane[],
  circumstances: Circumstances = NOTHING,
): Deadlock | undefined {
  const alive = lanes.filter((lane) => lane.alive)
  const byIdent = new Map(alive.map((lane) => [lane.ident, lane]))
  const stuck = stuckLanes(alive, byIdent)
  if (stuck.size === 0) return undefined
  const cycle = cycleAmong(stuck, byIdent)
  const members = cycle.length > 0 ? cycle : [...stuck]
  // Those in a cycle hold each other up whoever else is gone.
  const thrown =
    cycle.length > 0 ? [] : thrownSince(lanes, circumstances.from, circumstances.output)
  return {
    since: nanoseconds(Math.max(...members.map(({ waitBegan }) => waitBegan))),
    kind: cycle.length > 0 ? 'cycle' : 'everybody',
    members: members.map((lane) => memberOf(lane, byIdent)),
    behind: [...stuck].filter((lane) => !members.includes(lane)).map(({ name }) => name),
    ...(thrown.length > 0 && { thrown }),
  }
}

function memberOf(lane: Lane, byIdent: ByIdent): DeadlockMember {
  const { track, name, pid, waitingFor, joining, waitBegan, waitsAt } = lane
  const holder = waitingFor && isLockKind(waitingFor.kind) ? waitingFor.holder : undefined
  return {
    track,
    name,
    pid,
    doing: waitingFor
      ? doingInWords(lane.spans.lastCategory, waitingFor)
      : `Joining ${byIdent.get(joining)?.name ?? ''}`,
    since: nanoseconds(waitBegan),
    at: waitsAt,
    ...(waitingFor?.kind === ResourceKind.barrier && { barrier: waitingFor.name }),
    ...(waitingFor &&
      holder && {
        holder: {
          track: holder.track,
          name: holder.name,
          since: nanoseconds(waitingFor.heldSince),
          at: waitingFor.acquiredAt.get(holder) ?? '',
        },
      }),
  }
}

/** Says only what has stood still for long enough. */
export class DeadlockWatch {
  #seen = ''
  #seenAt = 0

  /** @param now up to when everything is known, in nanoseconds since the epoch of the run. */
  check(lanes: readonly Lane[], now: number, circumstances?: Circumstances): Deadlock | undefined {
    const found = findDeadlock(lanes, circumstances)
    const key = found ? found.members.map(({ track, since }) => `${track}@${since}`).join() : ''
    if (key !== this.#seen) {
      this.#seen = key
      this.#seenAt = now
    }
    if (!found) return undefined
    const stands = found.kind === 'cycle' ? CYCLE_STANDS : EVERYBODY_STANDS
    return now - this.#seenAt >= stands ? found : undefined
  }
}
