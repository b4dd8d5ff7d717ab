/** How the children of a program end: enough of them that fail at once are a storm. */
import type { GroupProcess } from './process-group.ts'

/** More children than this that died right after their start, and none ended well. */
export const STORM_DEATHS = 64
/** Fewer will do when they cannot but fail: a busy machine takes seconds for each. */
const HOPELESS_DEATHS = 16
/** Of these, so many at least were seen to fail. */
const SEEN_FAILURES = 8
/** Under load an interpreter alone takes a second to start. */
const SHORT_LIFE_MICROSECONDS = 3_000_000

/** Of what wait() says: a signal in the low 7 bits, else the exit code above them. */
const codeOf = (status: number): number =>
  (status & 0x7f) === 0 ? (status >> 8) & 0xff : -(status & 0x7f)

const keyOf = ({ pid, started }: GroupProcess): string => `${pid} ${started}`

export class Deaths {
  #alive = new Map<string, GroupProcess>()
  #zombies = new Set<string>()
  #died = 0
  #early = 0
  #failed = 0
  #endedWell = 0
  readonly #codes = new Map<number, number>()

  /** Children that have ended. */
  get count(): number {
    return this.#died
  }

  /** How those ended that were seen: by pid, exit code or minus the signal. */
  get codes(): ReadonlyMap<number, number> {
    return this.#codes
  }

  /** @param isHopeless it is known why they fail, and that the next ones will as well. */
  isStorm(isHopeless: boolean): boolean {
    if (this.#endedWell > 0) return false
    if (isHopeless && this.#died > HOPELESS_DEATHS) return true
    return this.#early > STORM_DEATHS && this.#failed >= SEEN_FAILURES
  }

  /**
   * @param children all there are, those included that nobody has waited for.
   * @param now microseconds after the system's start.
   */
  see(children: readonly GroupProcess[], now: number): void {
    const zombies = children.filter(({ isZombie }) => isZombie)
    for (const zombie of zombies) {
      if (this.#zombies.has(keyOf(zombie))) continue
      // Between its end and the moment when its parent asks: it says how it ended.
      if (zombie.status === 0) this.#endedWell++
      else this.#failed++
      this.#codes.set(zombie.pid, codeOf(zombie.status))
      this.#ended(zombie, now)
    }
    const seen = new Set(children.map(keyOf))
    for (const [key, child] of this.#alive) if (!seen.has(key)) this.#ended(child, now)
    this.#zombies = new Set(zombies.map(keyOf))
    this.#alive = new Map(
      children.filter(({ isZombie }) => !isZombie).map((child) => [keyOf(child), child]),
    )
  }

  #ended(child: GroupProcess, now: number): void {
    this.#alive.delete(keyOf(child))
    this.#died++
    if (now - child.started < SHORT_LIFE_MICROSECONDS) this.#early++
  }
}
