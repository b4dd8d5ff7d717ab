/** What has changed in a process since the last report. */
import type { Activity, ProcessSamples } from './samples.ts'

export class Changes {
  #holderTimes: number[] = []
  #threadStates: bigint[] = []
  #switches: bigint[] = []
  #activityTimes: number[] = []
  #threads: number[] = []
  #activities: number[] = []

  /** @param time nanoseconds */
  holder(time: number, threadState: bigint, switches: bigint): void {
    this.#holderTimes.push(time)
    this.#threadStates.push(threadState)
    this.#switches.push(switches)
  }

  activity(time: number, thread: number, activity: Activity): void {
    this.#activityTimes.push(time)
    this.#threads.push(thread)
    this.#activities.push(activity)
  }

  take(): Pick<ProcessSamples, 'holders' | 'activities'> {
    const taken = {
      holders: {
        times: Float64Array.from(this.#holderTimes),
        threadStates: BigUint64Array.from(this.#threadStates),
        switches: BigUint64Array.from(this.#switches),
      },
      activities: {
        times: Float64Array.from(this.#activityTimes),
        threads: Uint32Array.from(this.#threads),
        activities: Uint8Array.from(this.#activities),
      },
    }
    for (const each of [this.#holderTimes, this.#activityTimes]) each.length = 0
    for (const each of [this.#threadStates, this.#switches]) each.length = 0
    for (const each of [this.#threads, this.#activities]) each.length = 0
    return taken
  }
}
