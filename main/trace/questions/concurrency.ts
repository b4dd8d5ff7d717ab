/**
 * How many lanes run at once: the time during which none, one, two, … did, from the beginning to
 * any moment. Nothing is stored for each change: from a checkpoint on it is counted in the lanes'
 * own spans, at most as many as lie between two checkpoints.
 */
import type { Lane } from '../lane.ts'
import { Category, categoryOf } from '../categories.ts'
import { Checkpoints, type CheckpointsState } from './checkpoints.ts'
import { isRunning } from './doing.ts'

const CHANGES_PER_CHECKPOINT = 4_096

/** As plain data. */
export interface ConcurrencyState {
  readonly times: readonly number[]
  readonly running: number
  readonly changed: number
  readonly checkpoints: CheckpointsState
}

export class Concurrency {
  /** Nanoseconds during which exactly so many lanes ran, up to the last change. */
  readonly #times: number[] = []
  #running = 0
  #changed = 0
  readonly #checkpoints = new Checkpoints(CHANGES_PER_CHECKPOINT)

  /** A lane began to run (1) or ceased to (-1). */
  change(time: number, by: 1 | -1): void {
    add(this.#times, this.#running, time - this.#changed)
    this.#changed = time
    this.#running += by
    if (this.#checkpoints.count()) this.#checkpoints.add(time, [...this.#times])
  }

  /**
   * Nanoseconds by number of lanes running, from 0 to `time`.
   * @param lanes all of them.
   */
  timesAt(time: number, lanes: readonly Lane[]): number[] {
    if (time <= 0) return []
    if (time >= this.#changed) {
      const times = [...this.#times]
      add(times, this.#running, time - this.#changed)
      return times
    }
    const { time: from = 0, figures = [] } =
      this.#checkpoints.at(this.#checkpoints.find(time)) ?? {}
    return addChanges([...figures], lanes, from, time)
  }

  save(): ConcurrencyState {
    return {
      times: this.#times,
      running: this.#running,
      changed: this.#changed,
      checkpoints: this.#checkpoints.save(),
    }
  }

  load({ times, running, changed, checkpoints }: ConcurrencyState): void {
    this.#times.splice(0, Infinity, ...times)
    this.#running = running
    this.#changed = changed
    this.#checkpoints.load(checkpoints)
  }
}

function add(times: number[], running: number, duration: number): void {
  while (times.length <= running) times.push(0)
  times[running] = (times[running] ?? 0) + duration
}

/** Adds what happened between two times. */
function addChanges(times: number[], lanes: readonly Lane[], from: number, to: number): number[] {
  const changes: { readonly time: number; readonly by: number }[] = []
  let running = 0
  for (const { spans } of lanes) {
    const index = spans.find(from)
    let was = isRunning(spans.at(index)?.category ?? Category.none)
    if (was) running++
    spans.visit(index + 1, spans.count, ({ starts, infos }, at) => {
      const time = starts[at] ?? 0
      if (time > to) return false
      const is = isRunning(categoryOf(infos[at] ?? 0))
      if (is !== was) changes.push({ time, by: is ? 1 : -1 })
      was = is
      return true
    })
  }
  changes.sort((one, other) => one.time - other.time)
  let since = from
  for (const { time, by } of changes) {
    // Of one time, ends may stand before beginnings: that lasts for no time.
    if (time > since) add(times, running, time - since)
    since = time
    running += by
  }
  add(times, running, to - since)
  return times
}
