/** Which rows did something, from the run's tables. Pure. */
import type { TablesAnswer } from '../../main/run/contract.ts'
import { LaneState } from '../../main/trace/model.ts'
import type { RowActivity } from './row-order.ts'

export function activityOf({ lanes, locks, queues, counters }: TablesAnswer): RowActivity {
  const contended = new Set<number>()
  const active = new Set<number>()
  const listed = new Set<number>()
  const add = (track: number, isActive: boolean, isContended: boolean) => {
    listed.add(track)
    if (isActive) active.add(track)
    if (isContended) contended.add(track)
  }
  for (const { track, byState, waits } of lanes) {
    const worked = (byState[LaneState.running] ?? 0) + (byState[LaneState.holding] ?? 0)
    add(track, worked > 0, waits > 0)
  }
  for (const { track, acquired, contended: waited } of locks) add(track, acquired > 0, waited > 0)
  // Whoever waits for a queue is idle rather than held up: a full or an empty one is no contention.
  for (const { track, puts, gets } of queues) add(track, puts + gets > 0, false)
  for (const { track, used, contended: waited } of counters) add(track, used > 0, waited > 0)
  return { contended, active, listed }
}
