import { constants } from 'node:os'
import { LaneEnd } from '../../trace/model.ts'

const SIGTERM = -15

/** @param code as of multiprocessing: negative for the signal that ended it. */
export function endOf(code: number): LaneEnd {
  if (code === 0) return LaneEnd.returned
  if (code > 0) return LaneEnd.threw
  return code === SIGTERM ? LaneEnd.terminated : LaneEnd.killed
}

/** `SIGKILL`. */
export function signalOf(code: number): string {
  const found = Object.entries(constants.signals).find(([, number]) => number === -code)
  return found?.[0] ?? `signal ${-code}`
}
