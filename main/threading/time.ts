import type { Seconds } from '../core/units.ts'
import { runtime } from './runtime.ts'

let epoch: number | undefined

/** time.perf_counter: seconds on a clock that only goes forward. */
export const perfCounter = (): Seconds => Number(runtime.now()) / 1e9

/**
 * time.time: seconds since 1970, finer than a millisecond. A step of the system's clock during the
 * run does not show, so that differences are always elapsed time.
 */
export function time(): Seconds {
  epoch ??= Date.now() / 1e3 - perfCounter()
  return epoch + perfCounter()
}
