import {
  capitalised,
  formatCount,
  formatDuration,
  formatShare,
  inWords,
} from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { LockFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const SHARED = 'one-lock'
const BASELINE = 'lock-each'
/** Held for this share of the time, a lock leaves nothing to gain but by holding it less. */
const BOTTLENECK = 0.9

const locksOf = (section: SectionFigures): readonly LockFigures[] =>
  section.locks.filter((lock) => lock.kind === ResourceKind.lock)

const busiest = (section: SectionFigures): LockFigures | undefined =>
  locksOf(section).toSorted((one, other) => other.heldFor - one.heldFor)[0]

const longestOf = (section: SectionFigures): LockFigures | undefined =>
  locksOf(section).toSorted((one, other) => other.longestWait - one.longestWait)[0]

/** Acquisitions that had to wait, of all; undefined when there was none. */
function contendedShare(section: SectionFigures): number | undefined {
  const acquired = sum(locksOf(section).map((lock) => lock.acquired))
  return acquired > 0 ? sum(locksOf(section).map((lock) => lock.contended)) / acquired : undefined
}

/** Of the busiest lock: the share of the section in which somebody held it. */
const heldShare = (section: SectionFigures): number | undefined =>
  section.elapsed > 0 && locksOf(section).length > 0
    ? Math.min(1, Math.max(...locksOf(section).map((lock) => lock.heldFor)) / section.elapsed)
    : undefined

export const waitingShare = (section: SectionFigures): number | undefined =>
  parts.shareOfTime(
    section.lanes.filter((lane) => lane.name !== parts.MAIN_LANE),
    (lane) => lane.waitedLock,
  )

export function judge(input: VerdictInput): Verdict {
  const isShared = input.variant === SHARED
  const timing = parts.timingOf(input, input.variant, isShared ? BASELINE : undefined)
  if (timing === undefined) return parts.nothingMeasured(input)
  const sections = parts.sectionsOf(input, input.variant)
  const threads = parameter(input.parameters, 'threads')
  const of = 'One lock'
  const to = threads === 1 ? 'a lock of its own' : 'a lock for each thread'

  const onLock = (section: SectionFigures) => parts.placeOf(section, busiest(section)?.track)
  const waiting = parts.typical(sections, waitingShare)
  const contended = parts.typical(sections, contendedShare, onLock)
  const held = parts.typical(sections, heldShare, onLock)
  const longest = parts.typical(
    sections,
    (section) => Math.max(0, ...locksOf(section).map((lock) => lock.longestWait)),
    (section) => longestOf(section)?.longestAt,
  )
  const wait = parts.typical(sections, (section) => locksOf(section)[0]?.waitMedian, onLock)
  const waitP99 = parts.typical(sections, (section) => locksOf(section)[0]?.waitP99, onLock)

  return {
    judgement: judgement(timing.comparison, threads),
    ...headed(headline(timing, isShared, threads, waiting)),
    sentences: [
      ...parts.timingSentences(timing, 'one lock', to),
      ...contentionSentences(contended, waiting),
      ...(isShared ? waitSentences(wait, waitP99, longest) : []),
      ...(isShared ? bottleneckSentences(held, contended) : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, isShared ? of : capitalised(to), capitalised(to)),
      ...parts.shareEvidence('Contended', contended),
      ...parts.shareEvidence('Lane time waiting', waiting),
      ...parts.evidenceOf('Wait, median', isShared ? wait : undefined, formatDuration),
      ...parts.evidenceOf('Wait, 99\u00a0%', isShared ? waitP99 : undefined, formatDuration),
      ...parts.evidenceOf('Longest wait', longest, formatDuration),
      ...parts.shareEvidence(isShared ? 'Lock held' : 'Busiest lock held', held),
      { label: 'Acquired', value: formatCount(acquisitions(sections)) },
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of, to),
  }
}

const acquisitions = (sections: readonly SectionFigures[]): number =>
  parts.medianOf(sections, (section) => sum(locksOf(section).map((lock) => lock.acquired))) ?? 0

/** Sharing a lock is expected to cost time as soon as there is somebody to share it with. */
function judgement(comparison: parts.Timing['comparison'], threads: number): Verdict['judgement'] {
  if (comparison === undefined) return 'open'
  if (comparison === 'no difference shown') return comparison
  return comparison === 'slower' && threads > 1 ? 'as expected' : 'not as expected'
}

function headline(
  timing: parts.Timing,
  isShared: boolean,
  threads: number,
  waiting: parts.Typical | undefined,
): Sentence {
  const threadWords = `${inWords(threads)} ${threads === 1 ? 'thread' : 'threads'}`
  const apart = threads === 1 ? 'it takes with a lock of its own' : 'they take with a lock each'
  if (timing.baseline !== undefined)
    return say`With one lock, ${threadWords} took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time ${apart}${parts.comparisonWords(timing)}`
  const waited = waiting ? say`, ${parts.linked(waiting, formatShare)} of it waiting` : ''
  const locks = isShared ? 'on one lock' : 'with a lock each'
  return say`${capitalised(threadWords)} ${locks} took ${parts.timeTaken(timing)}${waited}`
}

const contentionSentences = (
  contended: parts.Typical | undefined,
  waiting: parts.Typical | undefined,
): Sentence[] => {
  if (contended === undefined) return []
  const share = parts.linked(contended, formatShare)
  return [
    waiting === undefined
      ? say`${share} of the acquisitions had to wait.`
      : say`${share} of the acquisitions had to wait; the threads spent ${parts.linked(waiting, formatShare)} of their time waiting.`,
  ]
}

function waitSentences(
  wait: parts.Typical | undefined,
  waitP99: parts.Typical | undefined,
  longest: parts.Typical | undefined,
): Sentence[] {
  if (longest === undefined || longest.value === 0) return []
  const most = parts.linked(longest, formatDuration)
  return [
    wait === undefined || waitP99 === undefined
      ? say`The longest wait took ${most}.`
      : say`Half of the waits were over within ${parts.linked(wait, formatDuration)}, 99\u00a0% within ${parts.linked(waitP99, formatDuration)}; the longest wait took ${most}.`,
  ]
}

/** A lock that nobody waits for holds nobody up, however long it is held. */
function bottleneckSentences(
  held: parts.Typical | undefined,
  contended: parts.Typical | undefined,
): Sentence[] {
  if (held === undefined) return []
  const share = parts.linked(held, formatShare)
  if (contended === undefined || contended.value === 0)
    return [say`The lock was held ${share} of the time, and nobody waited for it.`]
  return [
    held.value >= BOTTLENECK
      ? say`The lock was held ${share} of the time: it is the bottleneck, and only holding it for less can help.`
      : say`The lock was held ${share} of the time, and free for the rest: it is not the bottleneck alone.`,
  ]
}
