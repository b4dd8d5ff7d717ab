import { formatDuration } from '../../core/figures-format.ts'
import { median } from '../../core/statistics.ts'
import { say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import * as parts from '../verdict-parts.ts'

const MS = 1e6

/** Median of the processes of a section, nanoseconds. */
const startIn = ({ output }: SectionFigures): number | undefined =>
  median(
    output.flatMap(({ text }) => {
      const [, took] = /^\w+: started in (\d+\.\d+) ms$/.exec(text) ?? []
      return took === undefined ? [] : [Number(took) * MS]
    }),
  )

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const took = parts.typical(parts.sectionsOf(input, input.variant), startIn)
  if (question !== 'first-word' || took === undefined) return undefined
  return {
    option: took.value < 10 * MS ? 'short' : took.value <= 100 * MS ? 'medium' : 'long',
    because: say`It took ${parts.linked(took, formatDuration)} (median).`,
  }
}
