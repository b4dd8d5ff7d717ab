import { formatDuration, formatRatio, formatShare } from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { figure, headed, say } from '../../run/sentence.ts'
import type { CounterFigures, LaneFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'pieces'
const NO_BARRIER = 'no-barrier'
const WORDS: Readonly<Record<string, string>> = {
  barrier: 'With the barrier',
  'no-barrier': 'Without a barrier',
  pieces: 'In pieces',
}
/** One that waits for less than this part of what the others do is whom they wait for. */
const STANDS_OUT = 0.5
/** Waiting for less than this share of the time is nothing to speak of. */
const LITTLE = 0.05

const barriersOf = ({ counters }: SectionFigures): readonly CounterFigures[] =>
  counters
    .filter(({ kind }) => kind === ResourceKind.barrier)
    .toSorted((one, other) => other.used - one.used)

/** The one after each phase; the other one is where all wait until the last thread was started. */
const barrierOf = (section: SectionFigures): CounterFigures | undefined =>
  section.variant.startsWith(NO_BARRIER) ? undefined : barriersOf(section)[0]

const waitedAt = (barrier: CounterFigures | undefined, { track }: LaneFigures): number =>
  barrier?.users.find((user) => user.track === track)?.waited ?? 0

/** From when all began to its end. */
function timeOf(section: SectionFigures, lane: LaneFigures): number {
  const phase = barrierOf(section)
  const [ready] = barriersOf(section).filter((barrier) => barrier !== phase)
  return parts.aliveFor(lane) - waitedAt(ready, lane)
}

const membersOf = ({ lanes }: SectionFigures): readonly LaneFigures[] =>
  lanes.filter(({ name }) => name.startsWith('member '))

interface Member {
  readonly lane: LaneFigures
  /** At the barrier, nanoseconds. */
  readonly waited: number
  /** Of the time since all began. */
  readonly share: number
}

/** From when all began to when the last one ended. */
const wholeTime = (section: SectionFigures): number =>
  Math.max(0, ...membersOf(section).map((lane) => timeOf(section, lane)))

/** Without a barrier a member that is done waits for the others at the very end. */
function waitsIn(section: SectionFigures): readonly Member[] {
  const [phase, whole] = [barrierOf(section), wholeTime(section)]
  return membersOf(section).map((lane) => {
    const waited = phase ? waitedAt(phase, lane) : whole - timeOf(section, lane)
    return { lane, waited, share: whole > 0 ? waited / whole : 0 }
  })
}

/** Whom the others wait for: who waits least, if by far. */
function slowest(section: SectionFigures): Member | undefined {
  const [least, next] = waitsIn(section).toSorted((one, other) => one.waited - other.waited)
  return least && next && next.share >= LITTLE && least.waited < STANDS_OUT * next.waited
    ? least
    : undefined
}

/** Mean share of their time that the others waited; of all, where nobody stands out. */
function waitedShare(section: SectionFigures): number | undefined {
  const slow = slowest(section)
  const others = waitsIn(section).filter(({ lane }) => lane.track !== slow?.lane.track)
  return others.length > 0 ? sum(others.map(({ share }) => share)) / others.length : undefined
}

/** The longest wait of all, where it can be seen. */
const longestAt = (section: SectionFigures) => barrierOf(section)?.longestAt

/** All that was done, spread evenly over the members. */
function even(section: SectionFigures): number | undefined {
  const waits = waitsIn(section)
  return waits.length > 0
    ? wholeTime(section) - sum(waits.map(({ waited }) => waited)) / waits.length
    : undefined
}

export function judge(input: VerdictInput): Verdict {
  const { variant, parameters } = input
  const timing = parts.timingOf(input, variant, variant === BASELINE ? undefined : BASELINE)
  const own = parts.sectionsOf(input, variant)
  const waited = parts.typical(own, waitedShare, longestAt)
  if (timing === undefined || !waited) return parts.nothingMeasured(input, 'member')

  const how = WORDS[variant] ?? variant
  const slow = slowest(waited.section)
  const pieces = parts.sectionsOf(input, BASELINE)
  const waitedInPieces =
    variant === BASELINE ? undefined : parts.typical(pieces, waitedShare, longestAt)
  const evenly = parts.typical(own, even)
  return {
    judgement: judgement(input, timing, waited.value, slow),
    ...headed(
      say`${how} the ${slow ? 'others' : 'members'} waited ${parts.linked(waited, formatShare)} of the time${slow ? ` for ${slow.lane.name}` : ''}`,
    ),
    sentences: [
      ...slowSentences(waited, slow),
      ...parts.timingSentences(timing, how.toLowerCase(), 'in pieces'),
      ...evenSentences(parts.typical(own, wholeTime), evenly, variant),
      ...(waitedInPieces
        ? [say`Shared out in pieces, they waited ${parts.linked(waitedInPieces, formatShare)}.`]
        : []),
      ...conclusion(variant, timing, parameter(parameters, 'wanders') > 0),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, how, 'In pieces'),
      ...parts.shareEvidence('Waited', waited),
      ...parts.shareEvidence('Waited, in pieces', waitedInPieces),
      ...(slow
        ? [
            {
              ...{ label: `Waited, ${slow.lane.name}`, value: formatShare(slow.share) },
              place: parts.placeOf(waited.section, slow.lane.track),
            },
          ]
        : []),
      ...parts.evidenceOf('Spread evenly', evenly, formatDuration),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, how, 'in pieces'),
  }
}

/** With a slow member, waiting for it is expected, and shares of one’s own are slower than pieces. */
function judgement(
  { variant, parameters }: VerdictInput,
  { comparison }: parts.Timing,
  waited: number,
  slow: Member | undefined,
): Verdict['judgement'] {
  if (parameter(parameters, 'factor') <= 1) return 'no difference shown'
  if (variant === BASELINE) return 'open'
  if (comparison === undefined) return 'open'
  if (comparison === 'no difference shown') return comparison
  const wanders = parameter(parameters, 'wanders') > 0
  // Where it is another one each time, it evens out without a barrier.
  if (variant === NO_BARRIER && wanders) return comparison === 'faster' ? 'as expected' : 'open'
  const seen = wanders ? waited >= LITTLE : slow !== undefined
  return comparison === 'slower' && seen ? 'as expected' : 'not as expected'
}

function slowSentences(waited: parts.Typical, slow: Member | undefined): Sentence[] {
  if (!slow)
    return [
      waited.value >= LITTLE
        ? say`The members waited ${parts.linked(waited, formatShare)} of the time, each about as long as the others: no single one of them is the slow one.`
        : say`The members waited hardly at all: ${parts.linked(waited, formatShare)} of the time.`,
    ]
  return [
    say`${figure(slow.lane.name, parts.placeOf(waited.section, slow.lane.track))} itself waited ${formatShare(slow.share)}, the others ${parts.linked(waited, formatShare)}: it is the one they waited for.`,
  ]
}

function evenSentences(
  took: parts.Typical | undefined,
  evenly: parts.Typical | undefined,
  variant: string,
): Sentence[] {
  if (!took || !evenly || evenly.value <= 0 || variant === BASELINE) return []
  const ratio = took.value / evenly.value
  return ratio < 1 + LITTLE
    ? ['What was done is spread evenly: there is nothing to gain by sharing it out differently.']
    : [
        say`The same work, spread evenly over the members, would have taken ${parts.linked(evenly, formatDuration)}; it took ${parts.linked(took, formatDuration)}, ${formatRatio(ratio)} times as long. A fast member that takes over a slow one’s work gains more than that.`,
      ]
}

function conclusion(variant: string, { comparison }: parts.Timing, wanders: boolean): Sentence[] {
  if (comparison === undefined || comparison === 'no difference shown') return []
  if (comparison === 'faster')
    return [
      variant === NO_BARRIER
        ? 'Without the barrier nobody had to wait for whoever was slow in that phase.'
        : 'Sharing out the work in pieces cost more than it brought.',
    ]
  if (variant === NO_BARRIER && !wanders)
    return [
      'To take the barrier away did not help: the slow member has all of its work to do, with or without it.',
    ]
  return ['Pieces help because the slow member then does less of the work.']
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const own = parts.sectionsOf(input, input.variant)
  if (question === 'waited') {
    const waited = parts.typical(own, waitedShare, longestAt)
    if (!waited) return undefined
    const [because = ''] = slowSentences(waited, slowest(waited.section))
    return {
      option: waited.value < 0.25 ? 'quarter' : waited.value <= 0.5 ? 'half' : 'more',
      because,
    }
  }
  const timing = parts.timingOf(input, NO_BARRIER, BASELINE)
  if (timing?.comparison === undefined) return undefined
  const [because = ''] = parts.timingSentences(timing, 'without a barrier', 'in pieces')
  return { option: timing.comparison, because }
}
