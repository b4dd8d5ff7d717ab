/** Who may hold the GIL, where only the states of the threads are known. */

export interface Candidate {
  /** Its PyThreadState. */
  readonly threadState: bigint
  readonly isRunnable: boolean
  /** By how much its processor time grew since the sample before, in whichever unit. */
  readonly grown: number
}

/**
 * The one runnable thread holds it; of several the one that had the most of a processor, and while
 * none had any, whoever held it.
 * @returns 0n: nobody
 */
export function estimateHolder(candidates: Iterable<Candidate>, before: bigint): bigint {
  let best: Candidate | undefined
  let isBeforeRunnable = false
  for (const each of candidates) {
    if (!each.isRunnable) continue
    if (each.threadState === before) isBeforeRunnable = true
    if (best === undefined || each.grown > best.grown) best = each
  }
  if (best === undefined) return 0n
  return best.grown === 0 && isBeforeRunnable ? before : best.threadState
}
