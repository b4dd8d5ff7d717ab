/** A demo of the user's own, as the runner knows it: judged by what was measured alone. */
import { median } from '../../core/statistics.ts'
import type { Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { Demo, DemoFigure, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'
import type { OwnDemoData, PrintedFigure } from './own-data.ts'

export const ownDemo = ({ manifest, unit, work, figure }: OwnDemoData): Demo => ({
  manifest,
  unit,
  work: (parameters) =>
    work.length === 0 ? 0 : work.reduce((product, id) => product * parameter(parameters, id), 1),
  judge: (input) => judge(manifest, input),
  ...(figure && { figure: figureOf(figure) }),
})

/** The median of what it printed in a section. */
function figureOf({ printed, flags, ...measure }: PrintedFigure): DemoFigure {
  const expression = new RegExp(printed, flags)
  const found = ({ text }: SectionFigures['output'][number]): readonly number[] => {
    const number = Number(expression.exec(text)?.[1])
    return Number.isFinite(number) ? [number] : []
  }
  return { ...measure, of: ({ output }) => median(output.flatMap(found)) }
}

/** Nobody said what to expect: it is measured, not judged. */
function judge({ variants }: OwnDemoData['manifest'], input: VerdictInput): Verdict {
  const variant = variants.find(({ id }) => id === input.variant)
  const other = variants.find(({ id }) => id === variant?.baseline)
  const timing = parts.timingOf(input, input.variant, other?.id)
  if (timing === undefined) return parts.nothingMeasured(input)
  const of = variant?.label ?? input.variant
  const to = other?.label ?? ''
  return {
    judgement: timing.comparison === 'no difference shown' ? timing.comparison : 'open',
    ...headed(
      timing.baseline === undefined
        ? say`${of} took ${parts.timeTaken(timing)}`
        : say`${of} took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time of ${to}${parts.comparisonWords(timing)}`,
    ),
    sentences: [...parts.timingSentences(timing, of, to), ...parts.caveats(input)],
    evidence: [...parts.timingEvidence(timing, of, to), ...parts.droppedEvidence(input)],
    ...parts.ratioOf(timing, of, to),
  }
}
