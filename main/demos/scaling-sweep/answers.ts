import { formatRate, formatRatio, inWords } from '../../core/figures-format.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { firstBest, measuredAt, pointsOf } from '../sweep-points.ts'
import { formatInterval, linked } from '../verdict-parts.ts'
import { gainOf, rateOf } from './verdict.ts'

/** From this share of the number of threads on, each of them adds as much as one does alone. */
const PROPORTIONAL = 0.9
/** Fewer points are no curve. */
const MIN_POINTS = 3

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  return question === 'gain' ? gain(input) : question === 'peak' ? peak(input) : undefined
}

function gain(input: VerdictInput): MeasuredAnswer | undefined {
  const measured = gainOf(input)
  if (measured?.interval === undefined) return undefined
  const { ratio, interval } = measured
  const threads = parameter(input.parameters, 'threads')
  const option = interval.low <= 1 ? 'none' : ratio >= threads * PROPORTIONAL ? 'all' : 'some'
  return {
    option,
    because: `With ${inWords(threads)} it was ${formatRatio(ratio)}\u00a0× as much (95\u00a0% interval ${formatInterval(interval)}).`,
  }
}

function peak(input: VerdictInput): MeasuredAnswer | undefined {
  const points = measuredAt(pointsOf(input, 'threads'), rateOf)
  const best = firstBest(points, 'more')
  const last = points.at(-1)
  if (best === undefined || last === undefined || points.length < MIN_POINTS) return undefined
  return {
    option: best.at === 1 ? 'one' : best.at === last.at ? 'most' : 'between',
    because: say`${String(best.at)} did ${linked(best, formatRate)} pieces, as many as any number that was tried or within 3\u00a0% of it; ${String(last.at)} did ${linked(last, formatRate)}.`,
  }
}
