import { capitalised, formatDuration, formatShare, inWords } from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { LockFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { shown, type Shown } from '../shown.ts'
import * as parts from '../verdict-parts.ts'

const HAND_OFF = 'hand-off'
const BARGING = 'barging'

/** What tells a fair lock from one that is not. Shares 0 to 1, times in nanoseconds. */
interface Fairness {
  /** Acquisitions by another thread than the last holder's, of all. */
  readonly changes: parts.Typical | undefined
  readonly longest: parts.Typical | undefined
  readonly waitMedian: parts.Typical | undefined
}

const locksOf = (section: SectionFigures): readonly LockFigures[] =>
  section.locks.filter((lock) => lock.kind === ResourceKind.lock)

/** The one that all of them want. */
export const lockOf = (section: SectionFigures): LockFigures | undefined =>
  locksOf(section).toSorted((one, other) => other.acquired - one.acquired)[0]

/** Acquisitions by another thread than the last holder's, of all. */
export function changesIn(section: SectionFigures): number | undefined {
  const lock = lockOf(section)
  return lock && lock.acquired > 0 ? lock.switches / lock.acquired : undefined
}

const onLock = (section: SectionFigures) => parts.placeOf(section, lockOf(section)?.track)

function fairnessOf(sections: readonly SectionFigures[]): Fairness {
  return {
    changes: parts.typical(sections, changesIn, onLock),
    longest: parts.typical(
      sections,
      (section) => lockOf(section)?.longestWait,
      (section) => lockOf(section)?.longestAt,
    ),
    waitMedian: parts.typical(sections, (section) => lockOf(section)?.waitMedian, onLock),
  }
}

/** Made of several locks, as CPython's has to be: who waits, waits for a lock of its own. */
const longestOfParts = (section: SectionFigures): number =>
  Math.max(0, ...locksOf(section).map(({ longestWait }) => longestWait))

const fairnessOfParts = (sections: readonly SectionFigures[]): Fairness => ({
  changes: undefined,
  longest: parts.typical(
    sections,
    longestOfParts,
    (section) =>
      locksOf(section).toSorted((one, other) => other.longestWait - one.longestWait)[0]?.longestAt,
  ),
  waitMedian: undefined,
})

export function judge(input: VerdictInput): Verdict {
  const isHandOff = input.variant === HAND_OFF
  const timing = parts.timingOf(input, input.variant, isHandOff ? BARGING : undefined)
  if (timing === undefined) return parts.nothingMeasured(input)
  const isOfParts = isHandOff && parts.cpythonOf(input) !== undefined
  const own = (isOfParts ? fairnessOfParts : fairnessOf)(parts.sectionsOf(input, input.variant))
  const found = differenceOf(input, isOfParts)
  const barging = isHandOff ? fairnessOf(parts.sectionsOf(input, BARGING)) : undefined
  const threads = parameter(input.parameters, 'threads')
  const [of, to] = isHandOff ? ['Handed over', 'barging'] : ['Barging', '']
  return {
    judgement: barging ? judgement(found, threads, isOfParts) : 'open',
    ...headed(headline(timing, isHandOff, threads, own)),
    sentences: [
      ...parts.timingSentences(timing, of.toLowerCase(), to),
      ...(isOfParts ? partsSentence(own) : []),
      ...(isHandOff ? fairnessSentences('Handed over', own) : fairnessSentences('Barging', own)),
      ...(barging ? fairnessSentences('Barging', barging) : []),
      ...(barging ? conclusion(found, timing.comparison) : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, of, capitalised(to)),
      ...evidence(of, own),
      ...(barging ? evidence('Barging', barging) : []),
      { label: 'Acquired', value: String(acquisitions(input)) },
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of, to),
  }
}

const acquisitions = (input: VerdictInput): number =>
  parts.medianOf(parts.sectionsOf(input, input.variant), (section) =>
    sum(section.locks.map(({ acquired }) => acquired)),
  ) ?? 0

/** Handed over against barging, as far as the repeats show it. */
interface Difference {
  /** Whether barging changes hands less often; undefined: it is not known of both. */
  readonly turns: Shown | undefined
  /** Whether the longest wait is less when handed over. */
  readonly wait: Shown | undefined
}

function differenceOf(input: VerdictInput, isOfParts: boolean): Difference {
  const own = parts.sectionsOf(input, input.variant)
  const barging = parts.sectionsOf(input, BARGING)
  const longestIn = (section: SectionFigures) => lockOf(section)?.longestWait
  return {
    turns: isOfParts ? undefined : shown(barging.map(changesIn), own.map(changesIn)),
    wait: shown(own.map(isOfParts ? longestOfParts : longestIn), barging.map(longestIn)),
  }
}

/** A fair lock is expected to change hands more often and to keep nobody waiting for longer. */
function judgement(
  { turns, wait }: Difference,
  threads: number,
  isOfParts: boolean,
): Verdict['judgement'] {
  if (threads === 1) return 'no difference shown'
  if (wait === undefined || (turns === undefined && !isOfParts)) return 'open'
  const found = turns === undefined ? [wait] : [wait, turns]
  if (found.includes('more')) return 'not as expected'
  return found.includes('not shown') ? 'no difference shown' : 'as expected'
}

function headline(
  timing: parts.Timing,
  isHandOff: boolean,
  threads: number,
  { changes }: Fairness,
): Sentence {
  const words = `${inWords(threads)} ${threads === 1 ? 'thread' : 'threads'}`
  if (timing.baseline !== undefined)
    return say`Handing the lock over, ${words} took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time of barging${parts.comparisonWords(timing)}`
  const turns =
    changes === undefined
      ? ''
      : say`; at ${parts.linked(changes, formatShare)} of the acquisitions the lock changed hands`
  return say`${capitalised(words)} took ${parts.timeTaken(timing)} ${isHandOff ? 'handing the lock over' : 'barging'}${turns}`
}

const partsSentence = ({ longest }: Fairness): Sentence[] => [
  say`CPython has no lock that is handed over: the program makes one of several, and the recording shows these. The longest wait for one of them took ${longest === undefined ? formatDuration(0) : parts.linked(longest, formatDuration)}.`,
]

function fairnessSentences(how: string, { changes, longest }: Fairness): Sentence[] {
  if (changes === undefined) return []
  const share = parts.linked(changes, formatShare)
  return [
    longest === undefined || longest.value === 0
      ? say`${how}: ${share} of the acquisitions were by another thread than the one before, and nobody waited.`
      : say`${how}: ${share} of the acquisitions were by another thread than the one before, and the longest wait took ${parts.linked(longest, formatDuration)}.`,
  ]
}

function conclusion({ wait }: Difference, comparison: parts.Timing['comparison']): string[] {
  if (wait === 'less here')
    return ['In these runs the longest wait was shorter handed over; more repeats would tell more.']
  if (wait !== 'less')
    return ['Fairness did not shorten the longest wait, as far as is shown here.']
  return comparison === 'slower'
    ? ['Fairness shortened the longest wait, and was paid for in throughput.']
    : ['Fairness shortened the longest wait, and no cost of it was shown.']
}

function evidence(of: string, { changes, longest, waitMedian }: Fairness): parts.Evidence[] {
  return [
    ...parts.shareEvidence(`${of}: changed hands`, changes),
    ...parts.evidenceOf(`${of}: longest wait`, longest, formatDuration),
    ...parts.evidenceOf(`${of}: wait, median`, waitMedian, formatDuration),
  ]
}
