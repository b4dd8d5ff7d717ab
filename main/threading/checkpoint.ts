/**
 * What CPython's evaluation loop does between bytecodes: where a program that computes lets the
 * run be stopped, counts its progress and hands over the GIL when asked.
 */
import { checkStop } from './futex.ts'
import { Control, runtime } from './runtime.ts'

const CARRY = 2 ** 31

/**
 * Call it every thousand iterations or so: it costs a few nanoseconds.
 * @param units of work done since the last call: an integer, 0 to 2^31 - 1.
 * @throws KeyboardInterrupt when the run is being stopped.
 */
export function checkpoint(units = 0): void {
  if (units !== 0) addProgress(units)
  checkStop()
  const { gil } = runtime
  if (gil?.dropRequested) gil.yieldToOthers()
}

function addProgress(units: number): void {
  const { control } = runtime
  const before = Atomics.add(control, Control.doneLow, units)
  // The sum wraps into the sign bit for exactly one of the threads: that one carries.
  if (before >= 0 && before + units >= CARRY) {
    Atomics.sub(control, Control.doneLow, -CARRY)
    Atomics.add(control, Control.doneHigh, 1)
  }
}

/** Units done so far. During a carry it may be 2^31 too low for an instant. */
export function readProgress(control: Int32Array): number {
  for (;;) {
    const high = Atomics.load(control, Control.doneHigh)
    const low = Atomics.load(control, Control.doneLow)
    if (Atomics.load(control, Control.doneHigh) === high) return high * CARRY + (low >>> 0)
  }
}
