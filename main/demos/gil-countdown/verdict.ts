import {
  capitalised,
  formatCount,
  formatDuration,
  formatRatio,
  formatShare,
  inWords,
} from '../../core/figures-format.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { LaneFigures, LockFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

/** What one expects of the times: `no gain`: not notably faster, and slower or not. */
type Expected = 'slower' | 'faster' | 'no gain'

/** A variant that shares the count out: what it is called, what it is measured against. */
interface Shared {
  readonly where: string
  readonly noun: 'thread' | 'process'
  readonly baseline: string
  readonly expected: Expected
}

const NODE: Readonly<Record<string, Omit<Shared, 'baseline'>>> = {
  'two-threads-gil': { where: ' under the GIL', noun: 'thread', expected: 'slower' },
  'two-threads-parallel': { where: ' in parallel', noun: 'thread', expected: 'faster' },
  'two-processes': { where: '', noun: 'process', expected: 'faster' },
}
/** Under the GIL two threads are expected to take about as long as one since 3.2; in parallel, half. */
const GAIN = 0.8

/** In CPython the build decides, whatever the variant is called. */
function sharedOf(input: VerdictInput): Shared | undefined {
  const { variant } = input
  const isNote = variant === 'note-two-threads'
  const baseline = isNote ? 'note-one-thread' : 'one-thread'
  const engine = parts.cpythonOf(input)
  const node = NODE[isNote ? 'two-threads-gil' : variant]
  if (node === undefined || engine === undefined || node.noun === 'process')
    return node && { ...node, baseline }
  return engine.gil
    ? { where: ' under the GIL', noun: 'thread', baseline, expected: 'no gain' }
    : { where: ' without a GIL', noun: 'thread', baseline, expected: 'faster' }
}

export function judge(input: VerdictInput): Verdict {
  const variant = sharedOf(input)
  const timing = parts.timingOf(input, input.variant, variant?.baseline)
  if (timing === undefined) return parts.nothingMeasured(input)
  const sections = parts.sectionsOf(input, input.variant)
  const count = formatCount(parameter(input.parameters, 'count'))

  const threads = variant === undefined ? 1 : parameter(input.parameters, 'threads')
  const noun = variant?.noun ?? 'thread'
  const many = threads === 1 ? noun : noun === 'process' ? 'processes' : 'threads'
  const of = `${inWords(threads)} ${many}${variant?.where ?? ''}`
  const to = 'one thread'
  // Each process has a GIL of its own, which it shares with nobody.
  const gil = noun === 'process' ? NOTHING : gilFindings(sections, threads)
  const concurrency = parts.typical(sections, (section) => section.concurrency)

  const headline =
    timing.baseline === undefined
      ? say`${capitalised(of)} counted down from ${count} in ${parts.timeTaken(timing)}`
      : say`${capitalised(of)} took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time of ${noun === 'process' ? to : 'one'}${parts.comparisonWords(timing)}`
  return {
    judgement: judgement(timing, threads === 1 ? undefined : variant?.expected),
    ...headed(headline),
    sentences: [
      ...parts.timingSentences(timing, of, to),
      ...gil.sentences,
      ...(timing.baseline !== undefined && threads === 2 ? claimSentences(input, variant) : []),
      ...parts.unseenGil(input),
      ...(threads > 1 ? concurrencySentences(concurrency, threads, many) : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, capitalised(of), capitalised(to)),
      ...gil.evidence,
      ...parts.evidenceOf('Running at once, mean', concurrency, formatRatio),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, capitalised(of), to),
  }
}

/** @param expected undefined: no difference is expected, and none need be shown */
function judgement(
  { comparison, interval }: parts.Timing,
  expected: Expected | undefined,
): Verdict['judgement'] {
  if (comparison === undefined || interval === undefined) return 'open'
  if (expected === 'no gain') return interval.low >= GAIN ? 'as expected' : 'not as expected'
  if (comparison === 'no difference shown') return comparison
  return comparison === expected ? 'as expected' : 'not as expected'
}

/** The note's claim, by versions: what was published, and what was measured. */
function claimSentences(input: VerdictInput, shared: Shared | undefined): string[] {
  const engine = parts.cpythonOf(input)
  if (engine === undefined || shared?.noun !== 'thread') return []
  if (!engine.gil)
    return [
      'The note’s claim is about the GIL, which this interpreter runs without: two threads share the work.',
    ]
  return [
    'The note calls two threads SLOWER. They were in CPython 2: 45.5 s against 24.6 s, 1.8\u00a0×, on two cores (David Beazley, “Inside the Python GIL”, 2009). Since 3.2 a thread lets go of the GIL once in a switch interval, which costs little: two threads take about as long as one, and are not faster.',
  ]
}

interface Findings {
  readonly sentences: readonly Sentence[]
  readonly evidence: readonly parts.Evidence[]
}

const NOTHING: Findings = { sentences: [], evidence: [] }

const gilOf = (section: SectionFigures): LockFigures | undefined =>
  section.locks.find((lock) => lock.kind === ResourceKind.gil)

/** The main thread only joins: the counting threads are the others. */
const counting = (section: SectionFigures): readonly LaneFigures[] =>
  section.lanes.filter((lane) => lane.name !== parts.MAIN_LANE)

/** Medians over the repeats; nothing where there was no GIL. */
function gilFindings(sections: readonly SectionFigures[], threads: number): Findings {
  const onGil = (section: SectionFigures) => parts.placeOf(section, gilOf(section)?.track)
  const switches = parts.typical(sections, (section) => gilOf(section)?.switches, onGil)
  if (switches === undefined) return NOTHING
  const waiting = parts.typical(sections, (section) =>
    parts.shareOfTime(counting(section), (lane) => lane.waitedGil),
  )
  const turn = parts.typical(sections, (section) => gilOf(section)?.holdMedian, onGil)

  const waited =
    waiting === undefined
      ? []
      : [
          say`${threads === 1 ? 'The thread' : 'The threads'} waited for the GIL ${parts.linked(waiting, formatShare)} of the time.`,
        ]
  const often = parts.linked(switches, (count) =>
    count === 1 ? 'once' : `${formatCount(count)} times`,
  )
  const changed =
    turn === undefined
      ? say`The GIL changed hands ${often}.`
      : say`The GIL changed hands ${often}; the median turn lasted ${parts.linked(turn, formatDuration)}.`
  return {
    sentences: [...waited, changed],
    evidence: [
      ...parts.shareEvidence('Waiting for the GIL', waiting),
      ...parts.evidenceOf('Switches', switches, formatCount),
      ...parts.evidenceOf('Median turn', turn, formatDuration),
    ],
  }
}

/** A lane that runs may still wait for a processor: that is not seen from inside a thread. */
const concurrencySentences = (
  concurrency: parts.Typical | undefined,
  threads: number,
  many: string,
): Sentence[] =>
  concurrency === undefined
    ? []
    : [
        say`On average ${parts.linked(concurrency, formatRatio)} ${many} of ${inWords(threads)} ran, or could have run, at once.`,
      ]
