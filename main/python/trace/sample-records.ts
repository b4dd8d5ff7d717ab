/**
 * What was sampled of a process as records, so that it is merged with what its threads record: in
 * groups of the same time, each of which ends with `settle`.
 */
import type { EventKind } from '../../trace/model.ts'
import type { ProcessSamples } from '../sampler/samples.ts'
import type { Frame } from './frame.ts'

/** Kinds that no file can bring in: they come from this place alone. */
export const SampleKind = {
  /** a, b: low and high half of the PyThreadState's address. */
  holder: 232,
  /** a: native id, b: Activity. */
  activity: 233,
  settle: 234,
} as const

const TWO_32 = 2 ** 32
/** While nothing changes it is said this often at most that nothing has. */
const MAX_SETTLES = 64
const DEFAULT_PERIOD = 1e6

/** The time between two samples, nanoseconds. */
export const periodOf = ({ period }: ProcessSamples): number =>
  period > 0 ? period : DEFAULT_PERIOD

/**
 * @param since up to here all has been told: nanoseconds since the frame's epoch, as `until`.
 * @param epoch absolute nanoseconds.
 */
export function addSamples(
  frame: Frame,
  samples: ProcessSamples,
  since: number,
  epoch: number,
): void {
  const { holders, activities, until } = samples
  const period = periodOf(samples)
  const say = (time: number, kind: number, a = 0, b = 0): void => {
    // Not kinds of the model, but records like theirs.
    frame.add(Math.max(0, time), kind as EventKind, 0, a, b, 0)
  }
  let settled = since
  const settle = (time: number): void => {
    say(time, SampleKind.settle)
    settled = time
  }
  /** Nothing has changed up to `time`. */
  const pass = (time: number): void => {
    const step = Math.max(period, (time - settled) / MAX_SETTLES)
    while (settled + step < time) settle(settled + step)
  }
  let activity = 0
  const addActivities = (time: number, before: number): void => {
    for (; (activities.times[activity] ?? Infinity) - epoch < before; activity++)
      say(
        time,
        SampleKind.activity,
        activities.threads[activity] ?? 0,
        activities.activities[activity] ?? 0,
      )
  }
  const addSeparately = (before: number): void => {
    for (;;) {
      const time = (activities.times[activity] ?? Infinity) - epoch
      if (!(time < before)) return
      pass(time)
      addActivities(time, Math.min(before, time + period / 2))
      settle(time)
    }
  }
  for (let at = 0; at < holders.times.length; at++) {
    const time = (holders.times[at] ?? 0) - epoch
    addSeparately(time)
    pass(time)
    const next = (holders.times[at + 1] ?? Infinity) - epoch
    // The threads are looked at right after the GIL: it is one picture, and has one time.
    addActivities(time, Math.min(next, time + period / 2))
    const state = Number(holders.threadStates[at] ?? 0n)
    say(time, SampleKind.holder, state % TWO_32, Math.floor(state / TWO_32))
    settle(time)
  }
  addSeparately(Infinity)
  pass(until - epoch)
}
