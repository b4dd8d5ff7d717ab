/** What a thread does, by what the system says of it. */
import type { SystemCall } from './proc-lines.ts'
import { Activity } from './samples.ts'

/** Mutexes and conditions of the GIL lie behind its words; so far at most. */
const GIL_BYTES = 256

/** Numbers of the system calls that wait at a futex. */
interface FutexCalls {
  /** The first argument is the futex's address. */
  readonly atAddress: ReadonlySet<number>
  /** The first argument is a list of futexes. */
  readonly atSeveral: number
}

/** From Linux 5.16 and 6.7 on, everywhere the same: futex_waitv and futex_wait. */
const FUTEX_WAITV = 449
const FUTEX_WAIT = 455
const numbersOf = (futex: number): FutexCalls => ({
  atAddress: new Set([futex, FUTEX_WAIT]),
  atSeveral: FUTEX_WAITV,
})

/** Architectures without a table of their own have the generic one, as arm64 has it. */
const GENERIC = numbersOf(98)
const BY_ARCHITECTURE: Readonly<Record<string, FutexCalls>> = {
  x64: numbersOf(202),
  ppc64: numbersOf(221),
  s390x: numbersOf(238),
}

/** @param architecture as process.arch */
export const futexCalls = (architecture: string): FutexCalls =>
  BY_ARCHITECTURE[architecture] ?? GENERIC

/** @param gil address of its words; 0: not known */
export function activityInCall(call: SystemCall, gil: number, calls: FutexCalls): Activity {
  if (call === 'running') return Activity.runnable
  if (call.number === calls.atSeveral) return Activity.waits
  if (!calls.atAddress.has(call.number)) return Activity.blocked
  const distance = call.firstArgument - gil
  return gil !== 0 && distance >= 0 && distance < GIL_BYTES ? Activity.waitsForGil : Activity.waits
}

/** What it waits for is not known from the state alone: everything is `blocked`. */
export function activityInState(state: string): Activity {
  switch (state) {
    case 'R':
      return Activity.runnable
    case 'Z':
    case 'X':
    case 'x':
      return Activity.gone
    default:
      return Activity.blocked
  }
}
