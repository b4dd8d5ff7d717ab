import { formatDuration } from '../../core/figures-format.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { measuredAt, pointsOf } from '../sweep-points.ts'
import { linked } from '../verdict-parts.ts'
import { fitMessages, formatSize, formatSpeed } from './sizes.ts'
import { timeOf } from './verdict.ts'

const KIB = 1_024

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  if (question !== 'copying') return undefined
  const points = measuredAt(pointsOf(input, 'size'), timeOf)
  const law = fitMessages(points.map(({ at, value }) => ({ size: at, time: value })))
  const [first, last] = [points[0], points.at(-1)]
  if (law === undefined || first === undefined || last === undefined) return undefined
  // Larger messages than were tried may be copied: nobody has seen it.
  const isSeen = law.copies <= last.at
  const why = isSeen
    ? `What fits them best is ${formatDuration(law.fixed)} for any message and ${formatSpeed(1e9 / law.perByte)} for its bytes: from ${formatSize(Math.round(law.copies))} on, these take more.`
    : 'Up to that size, what it costs to hand over anything was more than the copying.'
  return {
    option:
      !isSeen || law.copies > KIB * KIB ? 'large' : law.copies < 16 * KIB ? 'small' : 'middle',
    because: say`A message of ${formatSize(first.at)} took ${linked(first, formatDuration)}, one of ${formatSize(last.at)} ${linked(last, formatDuration)}. ${why}`,
  }
}
