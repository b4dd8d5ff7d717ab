import {
  capitalised,
  formatCount,
  formatDuration,
  formatRate,
  plural,
} from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Sentence, TimelinePlace, Verdict } from '../../run/contract.ts'
import { figure, headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const OUTSIDE = 'outside'
const ONLY_IF = 'only-if'
const CORRECT = 'correct'
/** With as many consumers as `only-if`. */
const CORRECT_FOR_THREE = 'correct-three'
const WORDS: Readonly<Record<string, string>> = {
  outside: 'looked outside the lock',
  'only-if': 'only if',
  correct: 'while, under the lock',
  'correct-three': 'while, under the lock',
  queue: 'a queue',
}
const BASELINES: Readonly<Record<string, string>> = {
  outside: CORRECT,
  'only-if': CORRECT_FOR_THREE,
  correct: 'queue',
}

/** What the consumers of a section told at their end. */
interface Told {
  readonly got: number
  /** Times that one began to wait beside an item and slept its whole timeout there. */
  readonly lost: number
  /** Times that one was woken, not by its timeout, and found nothing. */
  readonly forNothing: number
}

function told({ output }: SectionFigures): Told | undefined {
  const lines = output.flatMap(({ text }) => [
    ...text.matchAll(
      /consumer \d+: (\d+) items, (\d+) times asleep beside one, (\d+) times up for nothing/g,
    ),
  ])
  if (lines.length === 0) return undefined
  const total = (at: number) => sum(lines.map((line) => Number(line[at])))
  return { got: total(1), lost: total(2), forNothing: total(3) }
}

export const itemsPerSecond = (
  section: SectionFigures,
  parameters: Parameters,
): number | undefined =>
  section.elapsed > 0 ? parameter(parameters, 'items') / (section.elapsed / 1e9) : undefined

/** The longest wait for the condition: where the notification was lost, if one was. */
function longestWait({ counters }: SectionFigures): TimelinePlace | undefined {
  const [longest] = counters
    .filter(({ kind }) => kind === ResourceKind.condition)
    .toSorted((one, other) => other.longestWait - one.longestWait)
  return longest?.longestAt
}

const counted = (sections: readonly SectionFigures[], of: 'got' | 'lost' | 'forNothing') =>
  parts.typical(sections, (section) => told(section)?.[of], longestWait)

/** In all repeats: a mistake that shows once is there. */
const inAll = (sections: readonly SectionFigures[], of: 'got' | 'lost' | 'forNothing') =>
  sum(sections.map((section) => told(section)?.[of] ?? 0))

export function judge(input: VerdictInput): Verdict {
  const { variant, parameters } = input
  const timing = parts.timingOf(input, variant, BASELINES[variant])
  const own = parts.sectionsOf(input, variant)
  const [lost, forNothing] = [counted(own, 'lost'), counted(own, 'forNothing')]
  if (timing === undefined || !lost || !forNothing)
    return parts.nothingMeasured(input, 'consumer that has told what it got')

  const all = {
    lost: inAll(own, 'lost'),
    forNothing: inAll(own, 'forNothing'),
    got: inAll(own, 'got'),
  }
  const of = WORDS[variant] ?? variant
  const to = WORDS[BASELINES[variant] ?? ''] ?? ''
  return {
    judgement: judgement(variant, all),
    ...headed(headline(variant, all, { lost, forNothing })),
    sentences: [
      ...explanation(variant, lost, forNothing, all),
      ...costOf(variant, lost, timing, parameters),
      ...parts.timingSentences(timing, of, to),
      ...comparedSentences(input),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, capitalised(of), capitalised(to)),
      ...parts.evidenceOf('Asleep beside an item', lost, formatCount),
      ...parts.evidenceOf('Up for nothing', forNothing, formatCount),
      ...parts.evidenceOf(
        'Items a second',
        parts.typical(own, (section) => itemsPerSecond(section, parameters)),
        formatRate,
      ),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, capitalised(of), to),
  }
}

function judgement(variant: string, { lost, forNothing }: Told): Verdict['judgement'] {
  if (variant === OUTSIDE) return lost > 0 ? 'as expected' : 'no difference shown'
  if (variant === ONLY_IF) return forNothing > 0 ? 'as expected' : 'no difference shown'
  return lost + forNothing === 0 ? 'as expected' : 'not as expected'
}

/** @param at where the typical repeat shows it */
function headline(
  variant: string,
  { lost, forNothing, got }: Told,
  at: Readonly<Record<'lost' | 'forNothing', parts.Typical>>,
): Sentence {
  const of = `of ${plural(got, 'item')}`
  if (variant === ONLY_IF)
    return forNothing > 0
      ? say`${figure(plural(forNothing, 'time'), at.forNothing.place)} a consumer was woken for nothing, for ${plural(got, 'item')} in all`
      : `Nobody was woken for nothing, ${of}: the mistake did not show`
  if (lost > 0)
    return say`${figure(formatCount(lost), at.lost.place)} ${of} were there while the consumer slept until its timeout: lost wake-ups`
  if (variant === OUTSIDE) return `No wake-up was lost, ${of}: the mistake did not show`
  return `No wake-up was lost and none was in vain, ${of}`
}

function explanation(
  variant: string,
  lost: parts.Typical,
  forNothing: parts.Typical,
  all: Told,
): Sentence[] {
  if (variant === OUTSIDE && all.lost > 0)
    return [
      say`Between looking and waiting the item came, and its notification found nobody who waited: ${parts.linked(lost, formatCount)} times in a run (median).`,
      'A notification is not kept for whoever comes later. Looking and beginning to wait must be one step for the others: both under the lock that the producer holds when it changes what is looked at.',
    ]
  if (variant === ONLY_IF && all.forNothing > 0)
    return [
      say`Between being woken and having the lock again another consumer took the item: ${parts.linked(forNothing, formatCount)} times in a run (median).`,
      'Being woken means that it was true, not that it is: look again, in a loop (B. W. Lampson, D. D. Redell, “Experience with Processes and Monitors in Mesa”, 1980: a notification is only a hint).',
    ]
  if (variant === OUTSIDE || variant === ONLY_IF)
    return [
      'That it did not show does not mean that it cannot happen: make the window wider, or hand over more items.',
    ]
  return []
}

/** What lost wake-ups cost. */
function costOf(
  variant: string,
  lost: parts.Typical,
  { elapsed }: parts.Timing,
  parameters: Parameters,
): Sentence[] {
  if (variant !== OUTSIDE || lost.value === 0) return []
  const timeout = parameter(parameters, 'timeout') * 1e9
  // Another consumer may come by for the item, and several may sleep beside one.
  if (parameter(parameters, 'consumers') > 1)
    return [`Each of them slept for its whole timeout, ${formatDuration(timeout)}.`]
  return [
    say`Each cost the timeout of ${formatDuration(timeout)}: ${formatDuration(lost.value * timeout)} of ${formatDuration(elapsed)}. Without a timeout the first one would have been the end.`,
  ]
}

/** What the wrong ones are compared with: it has as many consumers. */
const correctOf = (input: VerdictInput): readonly SectionFigures[] =>
  input.variant === OUTSIDE || input.variant === ONLY_IF
    ? parts.sectionsOf(input, BASELINES[input.variant] ?? CORRECT)
    : []

function comparedSentences(input: VerdictInput): Sentence[] {
  const correct = correctOf(input)
  if (correct.length === 0) return []
  const [lost, forNothing] = [inAll(correct, 'lost'), inAll(correct, 'forNothing')]
  return [
    lost + forNothing === 0
      ? `With a loop under the lock no wake-up was lost, and none was in vain, of ${plural(inAll(correct, 'got'), 'item')}.`
      : `With a loop under the lock ${formatCount(lost)} were lost and ${formatCount(forNothing)} in vain: this should not be.`,
  ]
}

/** The line that was to blame, where the mistake showed and the correct program did not make it. */
export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const own = parts.sectionsOf(input, input.variant)
  const correct = correctOf(input)
  const of = question === 'outside-line' ? 'lost' : 'forNothing'
  const typical = counted(own, of)
  if (!typical || inAll(own, of) === 0 || inAll(correct, of) > 0) return undefined
  const without =
    correct.length > 0 ? '; the program that looks under the lock, in a loop, had none' : ''
  return {
    option: 'look',
    because:
      of === 'lost'
        ? say`It looks without the lock: ${parts.linked(typical, formatCount)} times in a run the item came before the consumer began to wait${without}.`
        : say`It looks once, not in a loop: ${parts.linked(typical, formatCount)} times in a run another one had taken the item before the consumer had the lock${without}.`,
  }
}
