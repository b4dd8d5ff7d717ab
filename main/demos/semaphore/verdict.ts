import {
  formatCount,
  formatDuration,
  formatRate,
  formatShare,
  plural,
  threeDigits,
} from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { CounterFigures, LaneFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import { longestSinceReady, sinceReady } from '../since-ready.ts'
import * as parts from '../verdict-parts.ts'

const LIMITED = 'limited'
const UNLIMITED = 'unlimited'
/** In use for this share of the time, permits are what the tasks wait for. */
const USED_UP = 0.8

const SOURCES =
  'Transactions that check at their end whether they may stand: H. T. Kung, J. T. Robinson, “On Optimistic Methods for Concurrency Control”, 1981; that such systems break down under load, and a limit in front of them helps: H.-U. Heiss, R. Wagner, “Adaptive Load Control in Transaction Processing Systems”, 1991.'

const transactions = (parameters: Parameters): number =>
  parameter(parameters, 'tasks') * parameter(parameters, 'rounds')

export const perSecond = (section: SectionFigures, parameters: Parameters): number | undefined =>
  section.elapsed > 0 ? transactions(parameters) / (section.elapsed / 1e9) : undefined

const poolOf = ({ counters }: SectionFigures): CounterFigures | undefined =>
  counters.find(({ kind }) => kind === ResourceKind.semaphore)

const tasksOf = ({ lanes }: SectionFigures): readonly LaneFigures[] =>
  lanes.filter(({ name }) => name.startsWith('task '))

/** Of all tasks together, since all began. */
const timeOfTasks = (section: SectionFigures): number =>
  sum(tasksOf(section).map((lane) => sinceReady(section, lane)))

/** Attempts in vain for each transaction, as the tasks told. */
function inVain(section: SectionFigures): number | undefined {
  const told = section.output.flatMap(({ text }) => [
    ...text.matchAll(/task \d+: (\d+) transactions, (\d+) attempts in vain/g),
  ])
  const done = sum(told.map(([, count]) => Number(count)))
  return done > 0 ? sum(told.map(([, , vain]) => Number(vain))) / done : undefined
}

/** From asking for a permit to the end of the transaction: they follow each other without a pause. */
const responseTime = (section: SectionFigures, parameters: Parameters): number | undefined => {
  const alive = timeOfTasks(section)
  return alive > 0 ? alive / transactions(parameters) : undefined
}

/** Of the time of all permits, that in which they were taken. */
function utilisation(section: SectionFigures, parameters: Parameters): number | undefined {
  const alive = timeOfTasks(section)
  const all = parameter(parameters, 'permits') * longestSinceReady(section, tasksOf(section))
  const waited = poolOf(section)?.waitedFor ?? 0
  return alive > 0 && all > 0 ? Math.max(0, Math.min(1, (alive - waited) / all)) : undefined
}

const waitedShare = (section: SectionFigures): number | undefined => {
  const alive = timeOfTasks(section)
  const pool = poolOf(section)
  return pool && alive > 0 ? Math.min(1, pool.waitedFor / alive) : undefined
}

const longestWait = (sections: readonly SectionFigures[]) =>
  parts.typical(
    sections,
    (section) => poolOf(section)?.longestWait,
    (section) => poolOf(section)?.longestAt,
  )

export function judge(input: VerdictInput): Verdict {
  const { parameters, variant } = input
  const isLimited = variant === LIMITED
  const timing = parts.timingOf(input, variant, isLimited ? UNLIMITED : undefined)
  const own = parts.sectionsOf(input, variant)
  const vain = parts.typical(own, inVain)
  if (timing === undefined || !vain) return parts.nothingMeasured(input, 'transaction')

  const without = isLimited ? parts.sectionsOf(input, UNLIMITED) : []
  const vainWithout = parts.typical(without, inVain)
  const [of, to] = isLimited ? ['Limited', 'unlimited'] : ['Unlimited', '']
  const rate = parts.typical(own, (section) => perSecond(section, parameters))
  const used = isLimited
    ? parts.typical(own, (section) => utilisation(section, parameters))
    : undefined
  const response = (sections: readonly SectionFigures[]) =>
    parts.typical(sections, (section) => responseTime(section, parameters))
  return {
    judgement: isLimited ? judgement(timing, parameters) : 'open',
    ...headed(headline(timing, isLimited, parameters, vain)),
    sentences: [
      ...parts.timingSentences(timing, 'limited', 'unlimited'),
      ...vainSentences(vain, vainWithout),
      ...(isLimited ? waitSentences(own, used, parameters) : []),
      ...(isLimited ? conclusion(timing, vain, vainWithout) : []),
      SOURCES,
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, of, 'Unlimited'),
      ...parts.evidenceOf('Transactions a second', rate, formatRate),
      ...parts.evidenceOf('In vain, for each transaction', vain, threeDigits),
      ...parts.evidenceOf('In vain, unlimited', vainWithout, threeDigits),
      ...parts.evidenceOf('Response time, mean', response(own), formatDuration),
      ...parts.evidenceOf('Response time, unlimited', response(without), formatDuration),
      ...parts.shareEvidence('Permits in use', used),
      ...parts.evidenceOf('Longest wait for a permit', longestWait(own), formatDuration),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of, to),
  }
}

/** Only where the limit keeps somebody out is it expected to help. */
function judgement({ comparison }: parts.Timing, parameters: Parameters): Verdict['judgement'] {
  if (comparison === undefined) return 'open'
  if (comparison === 'no difference shown') return comparison
  const keepsOut = parameter(parameters, 'permits') < parameter(parameters, 'tasks')
  return comparison === 'faster' && keepsOut ? 'as expected' : 'not as expected'
}

function headline(
  timing: parts.Timing,
  isLimited: boolean,
  parameters: Parameters,
  vain: parts.Typical,
): Sentence {
  const permits = plural(parameter(parameters, 'permits'), 'permit')
  if (timing.baseline !== undefined)
    return say`With ${permits} it took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time it takes without a limit${parts.comparisonWords(timing)}`
  return say`${isLimited ? `With ${permits}` : 'Without a limit'} it took ${parts.timeTaken(timing)}, with ${parts.linked(vain, threeDigits)} attempts in vain for each transaction`
}

function vainSentences(vain: parts.Typical, without: parts.Typical | undefined): Sentence[] {
  return [
    without
      ? say`For each transaction there were ${parts.linked(vain, threeDigits)} attempts in vain, because another one had changed the record meanwhile; without the limit ${parts.linked(without, threeDigits)}.`
      : say`For each transaction there were ${parts.linked(vain, threeDigits)} attempts in vain, because another one had changed the record meanwhile.`,
  ]
}

function waitSentences(
  own: readonly SectionFigures[],
  used: parts.Typical | undefined,
  parameters: Parameters,
): Sentence[] {
  const [share, longest] = [parts.typical(own, waitedShare), longestWait(own)]
  const most = parts.typical(own, (section) => poolOf(section)?.maximum)
  if (!share || !longest || !used) return []
  const permits = plural(parameter(parameters, 'permits'), 'permit')
  const atOnce = most ? say` (at most ${parts.linked(most, formatCount)} taken at once)` : ''
  return [
    say`The tasks waited ${parts.linked(share, formatShare)} of their time for one of the ${permits}, ${parts.linked(longest, formatDuration)} at most${atOnce}.`,
    used.value >= USED_UP
      ? say`The permits were in use ${parts.linked(used, formatShare)} of the time: they are what the tasks wait for.`
      : say`The permits were in use only ${parts.linked(used, formatShare)} of the time: they are not what holds the tasks up.`,
  ]
}

function conclusion(
  { comparison }: parts.Timing,
  vain: parts.Typical,
  without: parts.Typical | undefined,
): Sentence[] {
  if (comparison === undefined || !without) return []
  if (comparison === 'faster')
    return [
      without.value > vain.value
        ? 'Waiting in front of the store cost less than the work that was spoilt inside it.'
        : 'It was faster although no less work was in vain: fewer threads had to share the processors.',
    ]
  if (comparison === 'slower')
    return [
      'Here the store bears more at once than there are permits: more of them would help, as the sweep over the permits shows.',
    ]
  return ['What the limit saved it took in waiting: no difference was shown.']
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const timing = parts.timingOf(input, LIMITED, UNLIMITED)
  if (question !== 'sooner' || timing?.comparison === undefined) return undefined
  const [because = ''] = parts.timingSentences(timing, 'limited', 'unlimited')
  return { option: timing.comparison, because }
}
