/**
 * One word of the process that changes whenever something arrives that `wait` may wait for. Only
 * its event-loop thread changes it, and only while somebody waits.
 */
import { notify } from '../threading/futex.ts'
import { Control, runtime } from '../threading/runtime.ts'

/** Called after the arrival can be seen: whoever waits counts itself before it looks. */
export function announceArrival(): void {
  const { control } = runtime
  if (Atomics.load(control, Control.arrivalWaiters) === 0) return
  Atomics.add(control, Control.arrivals, 1)
  notify(control, Control.arrivals)
}
