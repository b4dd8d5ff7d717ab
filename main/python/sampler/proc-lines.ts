/** What the lines of /proc/PID/task/TID/{syscall,stat,schedstat} say: proc(5). */

/** `running`: on a processor or ready to be. Number −1: it sleeps outside of a system call. */
export type SystemCall = 'running' | { readonly number: number; readonly firstArgument: number }

/** `running`, `-1 SP PC` or `NUMBER ARGUMENT … SP PC`, in hexadecimal from the first argument on. */
export function parseSystemCall(line: string): SystemCall | undefined {
  if (line.startsWith('running')) return 'running'
  const [number, firstArgument] = line.split(' ', 2).map(Number)
  if (number === undefined || firstArgument === undefined) return undefined
  return Number.isInteger(number) && Number.isFinite(firstArgument)
    ? { number, firstArgument }
    : undefined
}

export interface ThreadStat {
  /** `R` runnable, `S` and `D` asleep, `T` stopped, `Z` and `X` ended … */
  readonly state: string
  /** In the kernel's ticks, user and system together. */
  readonly processorTicks: number
  /** Ticks after the system's start. */
  readonly started: number
}

/** Positions among the fields after the name, the state being the first. */
const USER_TIME = 11
const SYSTEM_TIME = 12
const START_TIME = 19

export function parseStat(line: string): ThreadStat | undefined {
  // The name may have blanks and brackets of its own.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [state = ''] = fields
  const processorTicks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])
  const started = Number(fields[START_TIME])
  const isWhole =
    line.includes(')') && state.length === 1 && !Number.isNaN(processorTicks + started)
  return isWhole ? { state, processorTicks, started } : undefined
}

/** Nanoseconds that the thread has had a processor: the first of three numbers. */
export function parseSchedstat(line: string): number | undefined {
  return firstNumber(line)
}

/** Of user space: the same on every architecture that Node runs on. */
const TICK_NANOSECONDS = 1e7

/**
 * When a process was started, as process.hrtime tells time.
 * @param started ticks after the system's start, which go on while the system sleeps
 * @param uptime the line of /proc/uptime, read at `now`
 * @returns undefined where the line says nothing
 */
export function startTime(started: number, uptime: string, now: number): number | undefined {
  const up = firstNumber(uptime)
  return up === undefined ? undefined : started * TICK_NANOSECONDS - up * 1e9 + now
}

function firstNumber(line: string): number | undefined {
  const number = Number.parseFloat(line)
  return Number.isNaN(number) ? undefined : number
}
