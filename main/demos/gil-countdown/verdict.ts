import {
  capitalised,
  formatCount,
  formatDuration,
  formatRatio,
  formatShare,
  inWords,
} from '../../core/figures-format.ts'
import type { Verdict } from '../../run/contract.ts'
import type { LaneFigures, LockFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'one-thread'

/** The variants that share the count out: what they are called, and what one expects of them. */
const SHARED: Readonly<
  Record<string, { where: string; noun: string; expected: 'slower' | 'faster' }>
> = {
  'two-threads-gil': { where: ' under the GIL', noun: 'thread', expected: 'slower' },
  'two-threads-parallel': { where: ' in parallel', noun: 'thread', expected: 'faster' },
  'two-processes': { where: '', noun: 'process', expected: 'faster' },
}

export function judge(input: VerdictInput): Verdict {
  const variant = SHARED[input.variant]
  const timing = parts.timingOf(input, input.variant, variant && BASELINE)
  if (timing === undefined) return parts.nothingMeasured(input)
  const sections = parts.sectionsOf(input, input.variant)
  const count = formatCount(parameter(input.parameters, 'count'))

  const threads = variant === undefined ? 1 : parameter(input.parameters, 'threads')
  const noun = variant?.noun ?? 'thread'
  const many = threads === 1 ? noun : noun === 'process' ? 'processes' : 'threads'
  const of = capitalised(`${inWords(threads)} ${many}${variant?.where ?? ''}`)
  const to = 'one thread'
  const gil = gilFindings(sections, threads)
  const concurrency = parts.medianOf(sections, (section) => section.concurrency)

  const headline =
    timing.baseline === undefined
      ? `${of} counted down from ${count} in ${formatDuration(timing.elapsed)}`
      : `${of} took ${formatRatio(timing.baseline.ratio)}\u00a0× the time of ${noun === 'process' ? to : 'one'}${parts.comparisonWords(timing)}`
  return {
    judgement: judgement(timing.comparison, threads === 1 ? undefined : variant?.expected),
    headline,
    sentences: [
      ...parts.timingSentences(timing, of, to),
      ...gil.sentences,
      ...(threads > 1 ? concurrencySentences(concurrency, threads, many) : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, of, capitalised(to)),
      ...gil.evidence,
      ...(concurrency === undefined
        ? []
        : [{ label: 'Running at once, mean', value: formatRatio(concurrency) }]),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of, to),
  }
}

/** @param expected undefined: no difference is expected, and none need be shown */
function judgement(
  comparison: parts.Timing['comparison'],
  expected: 'slower' | 'faster' | undefined,
): Verdict['judgement'] {
  if (comparison === undefined) return 'open'
  if (comparison === 'no difference shown') return comparison
  return comparison === expected ? 'as expected' : 'not as expected'
}

interface Findings {
  readonly sentences: readonly string[]
  readonly evidence: readonly parts.Evidence[]
}

const gilOf = (section: SectionFigures): LockFigures | undefined =>
  section.locks.find((lock) => lock.kind === ResourceKind.gil)

/** The main thread only joins: the counting threads are the others. */
const counting = (section: SectionFigures): readonly LaneFigures[] =>
  section.lanes.filter((lane) => lane.name !== parts.MAIN_LANE)

/** Medians over the repeats; nothing where there was no GIL. */
function gilFindings(sections: readonly SectionFigures[], threads: number): Findings {
  const switches = parts.medianOf(sections, (section) => gilOf(section)?.switches)
  if (switches === undefined) return { sentences: [], evidence: [] }
  const waiting = parts.medianOf(sections, (section) =>
    parts.shareOfTime(counting(section), (lane) => lane.waitedGil),
  )
  const turn = parts.medianOf(sections, (section) => gilOf(section)?.holdMedian)

  const waited =
    waiting === undefined
      ? []
      : [
          `${threads === 1 ? 'The thread' : 'The threads'} waited for the GIL ${formatShare(waiting)} of the time.`,
        ]
  const turns = turn === undefined ? '' : `; the median turn lasted ${formatDuration(turn)}`
  const often = switches === 1 ? 'once' : `${formatCount(switches)} times`
  return {
    sentences: [...waited, `The GIL changed hands ${often}${turns}.`],
    evidence: [
      ...parts.shareEvidence('Waiting for the GIL', waiting),
      { label: 'Switches', value: formatCount(switches) },
      ...(turn === undefined ? [] : [{ label: 'Median turn', value: formatDuration(turn) }]),
    ],
  }
}

/** A lane that runs may still wait for a processor: that is not seen from inside a thread. */
const concurrencySentences = (
  concurrency: number | undefined,
  threads: number,
  many: string,
): string[] =>
  concurrency === undefined
    ? []
    : [
        `On average ${formatRatio(concurrency)} ${many} of ${inWords(threads)} ran, or could have run, at once.`,
      ]
