/** What is laid side by side: of each recording or run one case, with all of its repeats. */
import { nanoseconds, type Nanoseconds } from '../../core/units.ts'
import type { MeasuredSection, RunRequest, TablesAnswer } from '../../run/contract.ts'
import { partsOfLabel } from '../../run/section-label.ts'
import { kindNamed } from '../../trace/kind-names.ts'
import { LaneState, ResourceKind } from '../../trace/model.ts'

export const MOST_MEMBERS = 6
const LETTERS = 'ABCDEF'
/** The first member is A. */
export const letterOf = (index: number): string => LETTERS[index] ?? '?'

/** One column of a comparison. */
export interface Member {
  /** `Two threads, CPython 3.13.0`. */
  readonly name: string
  /** One a repeat. */
  readonly sections: readonly MeasuredSection[]
}

/** The cases of a run, in the order in which they were first run. */
export interface Case {
  readonly label: string
  readonly sections: readonly MeasuredSection[]
}

export function casesOf(sections: readonly MeasuredSection[]): readonly Case[] {
  const labels = [...new Set(sections.map(({ variant }) => variant))]
  return labels.map((label) => ({
    label,
    sections: numbered(sections.filter(({ variant }) => variant === label)),
  }))
}

/** Repeats have numbers of their own; where a recording says otherwise they are counted. */
function numbered(sections: readonly MeasuredSection[]): readonly MeasuredSection[] {
  const numbers = new Set(sections.map(({ repeat }) => repeat))
  if (numbers.size === sections.length) return sections
  return sections.map((section, index) => ({ ...section, repeat: index + 1 }))
}

/** What a run was mostly about: its variant, not what that was compared with. */
export const mainCase = (
  cases: readonly Case[],
  { variant }: Pick<RunRequest, 'variant'>,
): Case | undefined =>
  cases.find(({ label }) => partsOfLabel(label).variant === variant) ?? cases[0]

/** Label of what stands for a recording in which no section ran to its end. */
export const WHOLE = ''

/** All of a recording as one section, where it has none. Times blocked at queues are not known then. */
export function wholeAsSection(
  { lanes, locks, queues, counters, concurrency }: TablesAnswer,
  newest: Nanoseconds,
): MeasuredSection {
  return {
    variant: WHOLE,
    repeat: 1,
    from: nanoseconds(0),
    to: newest,
    elapsed: newest,
    concurrency: concurrency.mean,
    lanes: lanes.filter(({ byState }) =>
      byState.some((time, state) => state !== LaneState.none && time > 0),
    ),
    locks: locks.map((lock) => ({
      ...lock,
      kind: kindNamed(lock.kind) ?? ResourceKind.lock,
      longestWait: lock.wait.maximum,
      waitMedian: lock.wait.median,
      users: [],
    })),
    queues: queues.map((queue) => ({
      ...queue,
      kind: kindNamed(queue.kind) ?? ResourceKind.queue,
      left: queue.depth,
      residenceMedian: queue.residence.median,
      blockedInPut: NaN,
      blockedInGet: NaN,
      putters: [],
      getters: [],
    })),
    counters: counters.map((counter) => ({
      ...counter,
      kind: kindNamed(counter.kind) ?? ResourceKind.event,
      waitedFor: NaN,
      longestWait: counter.wait.maximum,
      users: [],
    })),
    dropped: 0,
  }
}
