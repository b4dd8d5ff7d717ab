import { capitalised, formatDuration, inWords } from '../../core/figures-format.ts'
import { median } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'spawn'
const NOTE = 'note'

/** `fork`, `forkserver`: what ran, as it was printed; else the variant. */
const methodOf = (input: VerdictInput): string =>
  parts
    .sectionsOf(input, input.variant)
    .flatMap(startsOf)
    .map(({ method }) => method)
    .at(0) ?? input.variant

interface Start {
  readonly method: string
  /** Nanoseconds from start() to the process's first message. */
  readonly took: number
}

const startsOf = ({ output }: SectionFigures): readonly Start[] =>
  output.flatMap(({ text }) => {
    const [, method, took] = /^(\w+): started in (\d+\.\d+) ms$/.exec(text) ?? []
    return method === undefined ? [] : [{ method, took: Number(took) * 1e6 }]
  })

export function judge(input: VerdictInput): Verdict {
  const baseline = input.variant === BASELINE || input.variant === NOTE ? undefined : BASELINE
  const timing = parts.timingOf(input, input.variant, baseline)
  if (timing === undefined) return parts.nothingMeasured(input)
  if (input.variant === NOTE) return judgeNote(input, timing)

  const sections = parts.sectionsOf(input, input.variant)
  const processes = parameter(input.parameters, 'processes')
  const method = methodOf(input)
  const many = `${inWords(processes)} ${processes === 1 ? 'process' : 'processes'}`
  const each = parts.typical(sections, (section) => section.elapsed / processes)
  const first = parts.typical(sections, (section) => startsOf(section)[0]?.took)
  const others = parts.typical(sections, (section) =>
    median(
      startsOf(section)
        .slice(1)
        .map(({ took }) => took),
    ),
  )
  return {
    judgement: judgement(timing.comparison, baseline !== undefined),
    ...headed(
      timing.baseline === undefined
        ? say`With ${method}, ${many} took ${parts.timeTaken(timing)}, one after the other`
        : say`With ${method}, ${many} took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time they take with ${BASELINE}${parts.comparisonWords(timing)}`,
    ),
    sentences: [
      ...parts.timingSentences(timing, method, BASELINE),
      ...startSentence(first, others),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, capitalised(method), capitalised(BASELINE)),
      ...parts.evidenceOf('Each process, start to end', each, formatDuration),
      ...parts.evidenceOf('First message of the first', first, formatDuration),
      ...parts.evidenceOf('Of the others, median', others, formatDuration),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, capitalised(method), BASELINE),
  }
}

/** Whatever is made ready beforehand, or copied, is expected to start sooner than a fresh process. */
function judgement(comparison: parts.Timing['comparison'], isCompared: boolean) {
  if (!isCompared) return 'open'
  if (comparison === undefined) return 'open'
  if (comparison === 'no difference shown') return comparison
  return comparison === 'faster' ? 'as expected' : 'not as expected'
}

function startSentence(
  first: parts.Typical | undefined,
  others: parts.Typical | undefined,
): Sentence[] {
  if (first === undefined) return []
  const came = parts.linked(first, formatDuration)
  return [
    others === undefined
      ? say`The first process’s first message came ${came} after start().`
      : say`The first process’s first message came ${came} after start(), that of the others after ${parts.linked(others, formatDuration)} (median).`,
  ]
}

const judgeNote = (input: VerdictInput, timing: parts.Timing): Verdict => ({
  judgement: 'as expected',
  headline: 'The start method was set to spawn, and nothing was started',
  sentences: [
    say`It took ${parts.timeTaken(timing)}. What a program starts from then on is spawned.`,
    ...parts.caveats(input),
  ],
  evidence: [parts.timeEvidence('Took', timing), ...parts.droppedEvidence(input)],
})
