/** What the system says of a program while it runs: processes, processor time, what goes wrong. */
import { Deaths } from './deaths.ts'
import { readGroup, readMembers, type GroupProcess } from './process-group.ts'

/** With more processes than this at once a program is ended. */
export const MOST_PROCESSES = 512
/** A program that does nothing for so long, and of which a process has ended, waits for nobody. */
export const STALL_MILLISECONDS = 10_000
/** What its threads may use meanwhile by looking whether there is something to do. */
const IDLE_SHARE = 0.01
/** A few ticks of the system's account, which counts in hundredths of a second: microseconds. */
const LEAST_USED = 50_000
const MICROSECONDS_PER_MILLISECOND = 1_000
/** Looking takes about this share of the time at most. */
const LOOKING_SHARE = 0.02
const LEAST_PAUSE_MILLISECONDS = 50
/** On a machine so busy that looking takes long there is the more reason to look. */
const LONGEST_PAUSE_MILLISECONDS = 250

/** Why a program is ended that nobody has stopped. */
export type Trouble = 'processes' | 'storm' | 'stalled'

export interface Said {
  readonly hasTraceback?: boolean
  /** A process that was not forked tried to start others while it imported the program. */
  readonly hasNoGuard?: boolean
}

export interface ProgramWatchOptions {
  /** Leader of the group. */
  readonly pid: number
  /** A demo always has something to do; a script of the user's may wait for ever. */
  readonly endsWhenStalled: boolean
  /** Milliseconds after the system's start. */
  readonly clock?: () => number
  readonly read?: (group: number) => readonly GroupProcess[] | undefined
}

export class ProgramWatch {
  readonly #options: ProgramWatchOptions
  readonly #clock: () => number
  readonly #read: (group: number) => readonly GroupProcess[] | undefined
  readonly #deaths = new Deaths()
  #pids: readonly number[] = []
  #used: number | undefined
  #nextLook = 0
  /** When it was last seen to do something, and what it had used then. */
  #active: number
  #usedThen = 0
  #progress = -1

  constructor(options: ProgramWatchOptions) {
    const { clock = systemClock, read = readGroup } = options
    this.#options = options
    this.#clock = clock
    this.#read = read
    this.#active = clock()
  }

  /** Microseconds of processor time of all its processes so far; undefined: not known here. */
  get used(): number | undefined {
    if (this.#used !== undefined) this.#count(readMembers(this.#pids, this.#options.pid))
    return this.#used
  }

  /** How children of it ended that were seen to: by pid, exit code or minus the signal. */
  get codes(): ReadonlyMap<number, number> {
    return this.#deaths.codes
  }

  /** Its living processes, at the last look. */
  get pids(): readonly number[] {
    return this.#pids
  }

  /**
   * Looks, if the last time is long enough ago.
   *
   * @param progress grows with whatever can be seen of what the program does: events, output.
   * @param said by its processes on standard errors: one may have come and gone between two looks.
   */
  look(progress: number, said: Said = {}): Trouble | undefined {
    const now = this.#clock()
    if (now < this.#nextLook) return undefined
    const members = this.#read(this.#options.pid)
    const cost = this.#clock() - now
    const pause = Math.max(LEAST_PAUSE_MILLISECONDS, cost / LOOKING_SHARE)
    this.#nextLook = now + Math.min(pause, LONGEST_PAUSE_MILLISECONDS)
    if (members === undefined) return undefined

    const children = members.filter(({ pid }) => pid !== this.#options.pid)
    this.#deaths.see(children, now * MICROSECONDS_PER_MILLISECOND)
    this.#pids = members.flatMap(({ pid, isZombie }) => (isZombie ? [] : [pid]))
    this.#count(members)
    if (this.#pids.length > MOST_PROCESSES) return 'processes'
    if (this.#deaths.isStorm(said.hasNoGuard === true)) return 'storm'
    const isBereft = said.hasTraceback === true || this.#deaths.count > 0
    return this.#hasStalled(now, progress) && isBereft ? 'stalled' : undefined
  }

  /** One that is gone without having been waited for takes its time along: it never shrinks. */
  #count(members: readonly GroupProcess[]): void {
    const used = members.reduce((sum, member) => sum + member.used, 0)
    this.#used = Math.max(this.#used ?? 0, used)
  }

  #hasStalled(now: number, progress: number): boolean {
    const used = this.#used ?? 0
    const idle = (now - this.#active) * MICROSECONDS_PER_MILLISECOND * IDLE_SHARE
    if (progress !== this.#progress || used - this.#usedThen > Math.max(idle, LEAST_USED)) {
      this.#active = now
      this.#usedThen = used
      this.#progress = progress
    }
    return this.#options.endsWhenStalled && now - this.#active > STALL_MILLISECONDS
  }
}

const systemClock = (): number => Number(process.hrtime.bigint()) / 1e6
