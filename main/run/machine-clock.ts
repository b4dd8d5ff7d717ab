/** The processor time that all programs of the machine use together. */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

const LINUX = '/proc/stat'
/** Of Linux in everything that it tells programs. */
const MICROSECONDS_PER_TICK = 10_000
const MICROSECONDS_PER_MILLISECOND = 1_000
const NANOSECONDS_PER_MICROSECOND = 1_000n

/** Microseconds that all processors were busy; undefined: the system does not tell. */
export type BusyClock = () => number | undefined

/**
 * On Linux one line of /proc/stat: Node’s own way asks for the frequency of every processor as well,
 * which takes milliseconds on a large machine.
 */
export function busyClock(): BusyClock {
  if (process.platform !== 'linux') return () => busyOf(cpus().map(({ times }) => times))
  return () => {
    try {
      return busyIn(readFileSync(LINUX, 'latin1'))
    } catch {
      return undefined
    }
  }
}

/** @param stat `cpu user nice system idle iowait irq softirq …`, in ticks. */
export function busyIn(stat: string): number | undefined {
  const [, name, ...fields] = /^(cpu) +(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(stat) ?? []
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0] = fields.map(Number)
  const ticks = user + nice + system + irq + soft
  return name === undefined || ticks === 0 ? undefined : ticks * MICROSECONDS_PER_TICK
}

function busyOf(times: readonly ReturnType<typeof cpus>[number]['times'][]): number | undefined {
  const busy = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0)
  return busy === 0 ? undefined : busy * MICROSECONDS_PER_MILLISECOND
}

/** The fields a, b and c of a load event. */
export type LoadFields = readonly [busy: number, own: number, elapsed: number]

export class MachineClock {
  readonly #busy: BusyClock
  readonly #now: () => bigint
  #last: { readonly busy: number; readonly time: bigint } | undefined
  #process = process.cpuUsage()

  constructor(now: () => bigint = process.hrtime.bigint, busy: BusyClock = busyClock()) {
    this.#now = now
    this.#busy = busy
  }

  /**
   * What was used since the last time.
   * @param isOwnTold this process’s own time is told by usage events.
   * @returns undefined where it cannot be measured.
   */
  since(isOwnTold: boolean): LoadFields | undefined {
    const [busy, time, last, { user, system }] = [
      this.#busy(),
      this.#now(),
      this.#last,
      process.cpuUsage(this.#process),
    ]
    this.#process = process.cpuUsage()
    this.#last = busy === undefined ? undefined : { busy, time }
    if (busy === undefined) return undefined
    if (last === undefined) return [0, 0, 0]
    const elapsed = Number((time - last.time) / NANOSECONDS_PER_MICROSECOND)
    // It can step back where processors are taken away.
    return [Math.max(0, busy - last.busy), isOwnTold ? 0 : user + system, elapsed]
  }

  /** What was used since the last time is not told. */
  skip(): void {
    this.#last = undefined
    this.#process = process.cpuUsage()
  }
}
