import {
  capitalised,
  formatCount,
  formatDuration,
  formatRatio,
  formatShare,
  inWords,
} from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Verdict } from '../../run/contract.ts'
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

  const waiting = parts.medianOf(sections, waitingShare)
  const contended = parts.medianOf(sections, contendedShare)
  const held = parts.medianOf(sections, heldShare)
  const longest = parts.medianOf(sections, (section) =>
    Math.max(0, ...locksOf(section).map((lock) => lock.longestWait)),
  )
  const wait = parts.medianOf(sections, (section) => locksOf(section)[0]?.waitMedian)
  const waitP99 = parts.medianOf(sections, (section) => locksOf(section)[0]?.waitP99)

  return {
    judgement: judgement(timing.comparison, threads),
    headline: headline(timing, isShared, threads, waiting),
    sentences: [
      ...parts.timingSentences(timing, of, to),
      ...contentionSentences(contended, waiting),
      ...(isShared ? waitSentences(wait, waitP99, longest) : []),
      ...(isShared ? bottleneckSentences(held, contended) : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, isShared ? of : capitalised(to), capitalised(to)),
      ...parts.shareEvidence('Contended', contended),
      ...parts.shareEvidence('Lane time waiting', waiting),
      ...durationEvidence('Wait, median', isShared ? wait : undefined),
      ...durationEvidence('Wait, 99\u00a0%', isShared ? waitP99 : undefined),
      ...durationEvidence('Longest wait', longest),
      ...parts.shareEvidence(isShared ? 'Lock held' : 'Busiest lock held', held),
      { label: 'Acquired', value: formatCount(acquisitions(sections)) },
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of, to),
  }
}

const acquisitions = (sections: readonly SectionFigures[]): number =>
  parts.medianOf(sections, (section) => sum(locksOf(section).map((lock) => lock.acquired))) ?? 0

const durationEvidence = (label: string, value: number | undefined): parts.Evidence[] =>
  value === undefined ? [] : [{ label, value: formatDuration(value) }]

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
  waiting: number | undefined,
): string {
  const threadWords = `${inWords(threads)} ${threads === 1 ? 'thread' : 'threads'}`
  const apart = threads === 1 ? 'it takes with a lock of its own' : 'they take with a lock each'
  if (timing.baseline !== undefined)
    return `With one lock, ${threadWords} took ${formatRatio(timing.baseline.ratio)}\u00a0× the time ${apart}${parts.comparisonWords(timing)}`
  const waited = waiting === undefined ? '' : `, ${formatShare(waiting)} of it waiting`
  const locks = isShared ? 'on one lock' : 'with a lock each'
  return `${capitalised(threadWords)} ${locks} took ${formatDuration(timing.elapsed)}${waited}`
}

const contentionSentences = (
  contended: number | undefined,
  waiting: number | undefined,
): string[] => {
  if (contended === undefined) return []
  const share =
    waiting === undefined ? '' : `; the threads spent ${formatShare(waiting)} of their time waiting`
  return [`${formatShare(contended)} of the acquisitions had to wait${share}.`]
}

function waitSentences(
  wait: number | undefined,
  waitP99: number | undefined,
  longest: number | undefined,
): string[] {
  if (longest === undefined || longest === 0) return []
  const typical =
    wait === undefined || waitP99 === undefined
      ? ''
      : `Half of the waits were over within ${formatDuration(wait)}, 99\u00a0% within ${formatDuration(waitP99)}; `
  return [
    `${typical}${typical === '' ? 'The' : 'the'} longest wait took ${formatDuration(longest)}.`,
  ]
}

/** A lock that nobody waits for holds nobody up, however long it is held. */
function bottleneckSentences(held: number | undefined, contended: number | undefined): string[] {
  if (held === undefined) return []
  const share = `The lock was held ${formatShare(held)} of the time`
  if (contended === undefined || contended === 0) return [`${share}, and nobody waited for it.`]
  return [
    held >= BOTTLENECK
      ? `${share}: it is the bottleneck, and only holding it for less can help.`
      : `${share}, and free for the rest: it is not the bottleneck alone.`,
  ]
}
