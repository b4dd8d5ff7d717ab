/** The longest waits of one resource, longest first; of equal ones the earlier. */
import { nanoseconds } from '../../core/units.ts'
import { LONGEST_WAITS, type LongWait } from '../../run/contract.ts'

export class LongestWaits {
  #list: LongWait[] = []

  get list(): readonly LongWait[] {
    return this.#list
  }

  /** Whether a wait of this duration would be one of them: cheap, asked of every wait. */
  takes(duration: number): boolean {
    return (
      this.#list.length < LONGEST_WAITS || duration > (this.#list[LONGEST_WAITS - 1]?.duration ?? 0)
    )
  }

  /** @param wait holder and ender are tracks; 0: not known. */
  add(wait: {
    readonly track: number
    readonly from: number
    readonly duration: number
    readonly holder: number
    readonly ender: number
  }): void {
    if (!this.takes(wait.duration)) return
    const after = this.#list.findIndex(({ duration }) => duration < wait.duration)
    const at = after < 0 ? this.#list.length : after
    this.#list.splice(at, 0, {
      ...wait,
      from: nanoseconds(wait.from),
      duration: nanoseconds(wait.duration),
    })
    this.#list.length = Math.min(this.#list.length, LONGEST_WAITS)
  }

  load(list: readonly LongWait[]): void {
    this.#list = [...list]
  }
}
