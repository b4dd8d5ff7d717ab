/** What the run says to the questions of the manifest. */
import { formatRatio, formatShare } from '../../core/figures-format.ts'
import { figure, say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import * as parts from '../verdict-parts.ts'

/** Ratios between these are called about the same. */
const ABOUT_THE_SAME = { low: 0.8, high: 1.25 }

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  if (question !== 'time') return undefined
  const baseline = input.variant === 'note-two-threads' ? 'note-one-thread' : 'one-thread'
  const timing = parts.timingOf(input, input.variant, baseline)
  if (timing?.baseline === undefined || input.variant === baseline) return undefined
  const { comparison } = timing
  if (comparison === undefined) return undefined
  const { ratio } = timing.baseline
  const { low, high } = ABOUT_THE_SAME
  const option =
    comparison === 'faster' && ratio < low
      ? 'shorter'
      : comparison === 'slower' && ratio > high
        ? 'longer'
        : 'same'
  const together = parts.typical(
    parts.sectionsOf(input, input.variant),
    ({ concurrency }) => concurrency,
  )
  const ran = together ? say` On average ${parts.linked(together, formatRatio)} ran at once.` : ''
  const sentence = say`it took ${parts.timeTaken(timing)}, and one thread ${parts.timeTaken(timing.baseline)}: ${figure(formatShare(ratio), timing.baseline.place)} of that${parts.comparisonWords(timing)}.`
  return { option, because: [sentence, ran].flat().filter((part) => part !== '') }
}
