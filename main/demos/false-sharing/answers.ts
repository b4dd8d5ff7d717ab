import { formatRate, formatRatio } from '../../core/figures-format.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { firstBest, measuredAt, pointsOf } from '../sweep-points.ts'
import { formatInterval, linked } from '../verdict-parts.ts'
import { lossOf, rateOf } from './verdict.ts'

/** Rates differ so much by chance, where nothing else makes a difference. */
const CHANCE = 0.15

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  return question === 'slower' ? slower(input) : question === 'line' ? line(input) : undefined
}

function slower(input: VerdictInput): MeasuredAnswer | undefined {
  const loss = lossOf(input)
  if (loss?.interval === undefined) return undefined
  const { ratio, interval } = loss
  return {
    option: interval.high >= 1 ? 'same' : ratio >= 0.5 ? 'some' : 'much',
    because: `They did ${formatRatio(ratio)}\u00a0× the increments a second (95\u00a0% interval ${formatInterval(interval)}).`,
  }
}

function line(input: VerdictInput): MeasuredAnswer | undefined {
  const points = measuredAt(pointsOf(input, 'stride'), rateOf)
  const best = firstBest(points, 'more', CHANCE)
  const [first, last] = [points[0], points.at(-1)]
  if (best === undefined || first === undefined || last === undefined || points.length < 3)
    return undefined
  const option = best === first ? 'none' : best.at <= 32 ? 'near' : best.at <= 64 ? '64' : 'far'
  return {
    option,
    because: say`${String(first.at)} bytes apart they did ${linked(first, formatRate)} increments, ${String(best.at)} bytes apart ${linked(best, formatRate)}, and ${String(last.at)} bytes apart ${linked(last, formatRate)}.`,
  }
}
