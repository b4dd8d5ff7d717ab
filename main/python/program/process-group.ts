/** The processes of one group, as the system tells of them. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const PROC = '/proc'
/** Of /proc/PID/stat, behind the name: it stands in brackets and may have anything in it. */
const Field = {
  state: 0,
  parent: 1,
  group: 2,
  user: 11,
  waitedSystem: 14,
  started: 19,
  exitCode: 49,
} as const
/** USER_HZ: the unit of times in /proc, 100 on every system that has it. */
const MICROSECONDS_PER_TICK = 10_000
const TRACKER = 'multiprocessing.resource_tracker'

export interface GroupProcess {
  readonly pid: number
  readonly parent: number
  /** Microseconds after the system's start. With the pid: unique. */
  readonly started: number
  /** It has ended, and nobody has asked how. */
  readonly isZombie: boolean
  /** As wait() says it: 0 ended well. Of a zombie only. */
  readonly status: number
  /** Microseconds of processor time: its own, and of its children that it has waited for. */
  readonly used: number
}

const hasProc = process.platform === 'linux' && existsSync(`${PROC}/self/stat`)

/** @returns undefined where the system does not tell. */
export function readGroup(group: number): readonly GroupProcess[] | undefined {
  const pids = hasProc ? numbersIn(PROC) : undefined
  return pids && readMembers(pids, group)
}

/** Of these processes those that are there and belong to the group. */
export const readMembers = (pids: readonly number[], group: number): readonly GroupProcess[] =>
  hasProc ? pids.flatMap((pid) => readProcess(pid, group) ?? []) : []

function readProcess(pid: number, group: number): GroupProcess | undefined {
  const stat = attempt(() => readFileSync(`${PROC}/${pid}/stat`, 'latin1'))
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (Number(fields[Field.group]) !== group) return undefined
  const ticks = fields.slice(Field.user, Field.waitedSystem + 1)
  return {
    pid,
    parent: Number(fields[Field.parent]),
    started: Number(fields[Field.started]) * MICROSECONDS_PER_TICK,
    status: Number(fields[Field.exitCode]),
    isZombie: fields[Field.state] === 'Z' || fields[Field.state] === 'X',
    used: ticks.reduce((sum, each) => sum + Number(each), 0) * MICROSECONDS_PER_TICK,
  }
}

/** Whether anybody in it still lives. Where only the group itself can be asked, zombies count. */
export function isGroupAlive(group: number): boolean {
  const members = readGroup(group)
  if (members !== undefined) return members.some(({ isZombie }) => !isZombie)
  return signal(-group, 0)
}

/** To all of them. On Windows, which has no groups, to the tree that hangs on the process. */
export function signalGroup(group: number, name: 'SIGTERM' | 'SIGKILL'): void {
  if (process.platform !== 'win32') signal(-group, name)
  else
    // Without a window nobody hears a request to end: it is by force at once.
    spawn('taskkill', ['/pid', String(group), '/t', '/f'], { stdio: 'ignore' }).on('error', () =>
      signal(group, name),
    )
}

/**
 * By force, but for the one that removes what the others leave (multiprocessing's resource tracker
 * ends by itself once they are gone).
 */
export function killAllButTrackers(group: number): void {
  const members = readGroup(group)
  if (members === undefined) return signalGroup(group, 'SIGKILL')
  for (const { pid, isZombie } of members) if (!isZombie && !isTracker(pid)) signal(pid, 'SIGKILL')
}

const isTracker = (pid: number): boolean =>
  attempt(() => readFileSync(`${PROC}/${pid}/cmdline`, 'latin1')).includes(TRACKER)

/** @returns whether there is somebody to hear it. */
function signal(pid: number, name: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    // Somebody is there whom this user may not signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function numbersIn(folder: string): readonly number[] | undefined {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger)
  } catch {
    // Out of descriptors: this time it is not known.
    return undefined
  }
}

function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
