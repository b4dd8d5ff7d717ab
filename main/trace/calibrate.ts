import { nanoseconds, type Nanoseconds } from '../core/units.ts'
import { EventKind } from './model.ts'
import { allocateRing, RingTracer } from './ring.ts'

const EVENTS = 4096
const ROUNDS = 9
/** The first rounds run before the code is compiled. */
const WARM_UP = 4

/**
 * What recording one event costs a thread here and now: the median of a few rounds into a ring of
 * its own. Takes about 2 ms.
 *
 * @param now CLOCK_MONOTONIC in nanoseconds.
 */
export function calibrate(now: () => bigint): Nanoseconds {
  const costs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const tracer = new RingTracer(allocateRing(EVENTS), now)
    const begun = now()
    for (let event = 0; event < EVENTS; event++) tracer.record(EventKind.acquire, 1, event, 0, 0)
    const cost = Number(now() - begun) / EVENTS
    if (round >= WARM_UP) costs.push(cost)
  }
  costs.sort((one, other) => one - other)
  return nanoseconds(costs[costs.length >> 1] ?? 0)
}
