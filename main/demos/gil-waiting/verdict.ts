import { capitalised, formatDuration, formatShare, inWords } from '../../core/figures-format.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import { LaneState } from '../../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'one-thread'
/** From this ratio of times on there was no gain. */
const GAIN = 0.8
/** Per cent: from here on a round is mostly waiting. */
const MOSTLY = 50

/** In CPython the build decides, whatever the variant is called. */
const underGil = (input: VerdictInput): boolean =>
  parts.cpythonOf(input)?.gil ?? input.variant === 'threads-gil'

const serving = ({ lanes }: SectionFigures) =>
  lanes.some(({ name }) => name !== parts.MAIN_LANE)
    ? lanes.filter(({ name }) => name !== parts.MAIN_LANE)
    : lanes

export function judge(input: VerdictInput): Verdict {
  const isAlone = input.variant === BASELINE
  const timing = parts.timingOf(input, input.variant, isAlone ? undefined : BASELINE)
  if (timing === undefined) return parts.nothingMeasured(input)
  const sections = parts.sectionsOf(input, input.variant)
  const threads = isAlone ? 1 : parameter(input.parameters, 'threads')
  const where = isAlone ? '' : underGil(input) ? ' under the GIL' : ' without a GIL'
  const of = `${inWords(threads)} ${threads === 1 ? 'thread' : 'threads'}${where}`
  const waiting = formatShare(parameter(input.parameters, 'waiting') / 100)
  const slept = parts.typical(sections, (section) =>
    parts.shareOfTime(serving(section), ({ byState }) => byState[LaneState.sleeping] ?? 0),
  )
  const waited = parts.typical(sections, (section) =>
    parts.shareOfTime(serving(section), ({ waitedGil }) => waitedGil),
  )
  return {
    judgement: judgement(input, timing, threads),
    ...headed(
      timing.baseline === undefined
        ? say`${capitalised(of)}, waiting ${waiting} of each round, took ${parts.timeTaken(timing)}`
        : say`${capitalised(of)}, waiting ${waiting} of each round, took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time of one${parts.comparisonWords(timing)}`,
    ),
    sentences: [
      ...parts.timingSentences(timing, of, 'one thread'),
      ...sharesSentence(slept, waited),
      ...conclusion(input, timing, threads),
      ...parts.unseenGil(input),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, capitalised(of), 'One thread'),
      ...parts.evidenceOf('Sleeping', slept, formatShare),
      ...parts.evidenceOf('Waiting for the GIL', waited, formatShare),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, capitalised(of), 'one thread'),
  }
}

/** Waiting can be shared out under a GIL, computing cannot; between the two, both may show. */
function judgement(
  input: VerdictInput,
  { comparison, interval }: parts.Timing,
  threads: number,
): Verdict['judgement'] {
  if (comparison === undefined || interval === undefined) return 'open'
  if (threads === 1) return comparison === 'faster' ? 'not as expected' : 'as expected'
  const waiting = parameter(input.parameters, 'waiting')
  if (underGil(input) && waiting === 0)
    return interval.low >= GAIN ? 'as expected' : 'not as expected'
  if (comparison === 'faster') return 'as expected'
  if (comparison === 'no difference shown') return comparison
  return waiting >= MOSTLY ? 'not as expected' : 'no difference shown'
}

function sharesSentence(
  slept: parts.Typical | undefined,
  waited: parts.Typical | undefined,
): Sentence[] {
  if (slept === undefined) return []
  const gil =
    waited === undefined || waited.value === 0
      ? []
      : [', and waited for the GIL ', parts.linked(waited, formatShare)]
  return [['Of their time the threads slept ', parts.linked(slept, formatShare), ...gil, '.']]
}

function conclusion(
  input: VerdictInput,
  { comparison, baseline }: parts.Timing,
  threads: number,
): Sentence[] {
  if (baseline === undefined || comparison === undefined || threads === 1 || !underGil(input))
    return []
  const waiting = parameter(input.parameters, 'waiting')
  if (comparison !== 'faster' || waiting < MOSTLY)
    return waiting === 0 && comparison !== 'faster'
      ? [
          'There is nothing but computing to share out, and the GIL lets one thread compute at a time.',
        ]
      : []
  return [
    say`One thread alone took ${parts.linked({ value: baseline.elapsed, place: parts.placeOf(baseline.section) }, formatDuration)}: most of it was waiting, and who waits does not hold the GIL. It harms what computes, not what waits.`,
  ]
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const timing = parts.timingOf(input, input.variant, BASELINE)
  if (question !== 'gain' || input.variant === BASELINE || timing?.baseline === undefined)
    return undefined
  const { comparison, baseline } = timing
  if (comparison === undefined) return undefined
  return {
    option: comparison !== 'faster' ? 'same' : baseline.ratio < 0.5 ? 'half' : 'less',
    because: say`They took ${parts.timeTaken(timing)}, ${parts.times(baseline.ratio, baseline.place)} the time of one thread${parts.comparisonWords(timing)}.`,
  }
}
