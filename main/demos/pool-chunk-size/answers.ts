import { formatDuration, formatShare } from '../../core/figures-format.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { ALIKE, firstBest, measuredAt, pointsOf } from '../sweep-points.ts'
import { linked, sectionsOf } from '../verdict-parts.ts'
import { lossOf, mapOf } from './verdict.ts'

/** Less than this share of the workers’ time is no loss to speak of. */
const LITTLE = 0.02

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  return question === 'loss' ? loss(input) : question === 'best' ? best(input) : undefined
}

function loss(input: VerdictInput): MeasuredAnswer | undefined {
  const sections = sectionsOf(input, input.variant)
  const tail = lossOf(sections, input.parameters, 'tail')
  const dispatch = lossOf(sections, input.parameters, 'dispatch')
  if (tail === undefined || dispatch === undefined) return undefined
  const more = tail.value > dispatch.value ? 'tail' : 'dispatch'
  return {
    option: Math.max(tail.value, dispatch.value) < LITTLE ? 'neither' : more,
    because: say`Handing out took ${linked(dispatch, formatShare)} of the workers’ time, the tail ${linked(tail, formatShare)}.`,
  }
}

function best(input: VerdictInput): MeasuredAnswer | undefined {
  const points = measuredAt(pointsOf(input, 'chunksize'), (section) => mapOf(section)?.took)
  const chosen = firstBest(points, 'less')
  const [first, last] = [points[0], points.at(-1)]
  if (chosen === undefined || first === undefined || last === undefined || points.length < 3)
    return undefined
  return {
    option: chosen === first ? 'shortest' : chosen === last ? 'longest' : 'between',
    because: say`Chunks of ${String(chosen.at)} took ${linked(chosen, formatDuration)}, and no others were faster by more than ${formatShare(ALIKE)}; chunks of ${String(first.at)} took ${linked(first, formatDuration)}, of ${String(last.at)} ${linked(last, formatDuration)}.`,
  }
}
