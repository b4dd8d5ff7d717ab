/**
 * What measuring cost, and how much of the machine was used, in sentences: so that nobody takes the
 * tracer's share for the program's. The window and the command line say the same.
 */
import { formatDuration, formatShare, plural } from '../core/figures-format.ts'
import { isOver, type Concurrency, type RunStatus } from '../run/contract.ts'

/** A number of lanes or processors: 1.98, 3, 0.04. */
export const formatNumber = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toFixed(2))) : 'unknown'

export interface TracingShares {
  /** Nanoseconds that one event costs the thread that records it. */
  readonly perEvent: number
  /** Of one processor, within the program's threads: 0 to 1, or more where many threads record. */
  readonly program: number
  /** Processors that the tracer's own thread used. */
  readonly collector: number
}

/** @returns undefined before it is known */
export function tracingShares({
  tracerCost,
  elapsed,
}: Pick<RunStatus, 'tracerCost' | 'elapsed'>): TracingShares | undefined {
  if (tracerCost === undefined || !(elapsed > 0)) return undefined
  const { perEvent, recording, collecting } = tracerCost
  return { perEvent, program: recording / elapsed, collector: collecting / elapsed }
}

/** `Tracing cost the program 38 ns an event, 1.2 % of one processor; the collector used 0.21 processors.` */
export function tracingWords(
  status: Pick<RunStatus, 'tracerCost' | 'elapsed' | 'state'>,
): string | undefined {
  const shares = tracingShares(status)
  if (shares === undefined) return undefined
  const [cost, used] = isOver(status.state) ? ['cost', 'used'] : ['costs', 'uses']
  const event = `${formatDuration(shares.perEvent)} an event`
  const collector = formatNumber(shares.collector)
  return `Tracing ${cost} the program ${event}, ${formatShare(shares.program)} of one processor; the collector ${used} ${collector} processors.`
}

/** `12 events were dropped: every count is a lower bound.` @returns undefined where none were */
export const droppedWords = ({ dropped }: Pick<RunStatus, 'dropped'>): string | undefined =>
  dropped > 0
    ? `${plural(dropped, 'event was', 'events were')} dropped because a buffer was full: every count is a lower bound.`
    : undefined

/**
 * `On average 1.98 lanes ran at once or were ready to, two or more for 43 % of the time; they used
 * 1.02 processors.` @returns undefined where no lane was alive
 */
export function concurrencyWords({ mean, byCount, processors }: Concurrency): string | undefined {
  const all = byCount.reduce((sum, time) => sum + time, 0)
  if (!(all > 0)) return undefined
  const several = byCount.subarray(2).reduce((sum, time) => sum + time, 0)
  const lanes =
    formatNumber(mean) === '1'
      ? '1 lane ran at once or was ready to'
      : `${formatNumber(mean)} lanes ran at once or were ready to`
  const used =
    processors === undefined
      ? ''
      : `; they used ${formatNumber(processors)} ${formatNumber(processors) === '1' ? 'processor' : 'processors'}`
  return `On average ${lanes}, two or more for ${formatShare(several / all)} of the time${used}.`
}
