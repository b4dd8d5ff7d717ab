import {
  formatCount,
  formatDuration,
  formatRate,
  formatRatio,
  inWords,
  plural,
} from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { LinkedFigure, Sentence, Verdict } from '../../run/contract.ts'
import { figure, headed, say } from '../../run/sentence.ts'
import type { QueueFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'
import { cycleIn, type Wait } from './cycle.ts'

const NAIVE = 'naive'
const ORDERED = 'ordered'
const BACK_OFF = 'back-off'
const WITH: Readonly<Record<string, string>> = {
  ordered: 'With ordered forks',
  waiter: 'With a waiter',
  'back-off': 'Backing off',
}
const CONDITIONS =
  'Four conditions must hold for a deadlock, among them that the waits form a circle (E. G. Coffman, M. J. Elphick, A. Shoshani, “System Deadlocks”, 1971). Ordered forks take the circle away; a waiter leaves one of its places empty; whoever backs off does not wait with a fork in hand.'
/** The hungriest against the luckiest. */
const UNFAIR = 2

/** Each meal is put into the queue that the main thread looks at. */
const served = ({ queues }: SectionFigures): QueueFigures | undefined =>
  queues.toSorted((one, other) => other.puts - one.puts)[0]

const mealsIn = (section: SectionFigures): number => served(section)?.puts ?? 0

export const mealsPerSecond = (section: SectionFigures): number =>
  section.elapsed > 0 ? mealsIn(section) / (section.elapsed / 1e9) : 0

const allMeals = (parameters: Parameters): number =>
  parameter(parameters, 'philosophers') * parameter(parameters, 'meals')

/** A section in which the meals ended too soon. */
interface Standstill {
  readonly section: SectionFigures
  /** Who waited for whom; empty: no circle was recorded. */
  readonly cycle: readonly Wait[]
}

const withoutCycle = (stops: readonly Standstill[]): number =>
  stops.filter(({ cycle }) => cycle.length === 0).length

function standstills(
  { parameters, tables }: Pick<VerdictInput, 'parameters' | 'tables'>,
  sections: readonly SectionFigures[],
): readonly Standstill[] {
  const patience = parameter(parameters, 'patience') * 1e9
  return sections
    .filter((section) => mealsIn(section) < allMeals(parameters))
    .map((section) => ({ section, cycle: tables ? cycleIn(tables, section, patience) : [] }))
}

export function judge(input: VerdictInput): Verdict {
  const own = parts.sectionsOf(input, input.variant)
  if (own.length === 0) return unfinished(input)
  return input.variant === NAIVE ? judgeNaive(input, own) : judgeCure(input, own)
}

/** Stopped before a section ended, it may still have been caught standing still. */
function unfinished(input: VerdictInput): Verdict {
  const verdict = parts.nothingMeasured(input)
  const members = input.deadlock?.members ?? []
  if (input.deadlock?.kind !== 'cycle') return verdict
  const waits = members.map(({ name, doing, holder }) =>
    holder ? `${name}: ${doing}, which ${holder.name} holds` : `${name}: ${doing}`,
  )
  return {
    ...verdict,
    headline: `Stopped in a deadlock of ${plural(members.length, 'philosopher')}`,
    sentences: [`${waits.join('; ')}.`, ...verdict.sentences],
  }
}

function judgeNaive(input: VerdictInput, own: readonly SectionFigures[]): Verdict {
  const stops = standstills(input, own)
  const cycles = stops.filter(({ cycle }) => cycle.length > 0)
  const repeats = own.length === 1 ? 'the only repeat' : `${own.length} repeats`
  return {
    judgement:
      cycles.length > 0 ? 'as expected' : stops.length > 0 ? 'open' : 'no difference shown',
    ...headed(
      cycles.length > 0
        ? say`Deadlock in ${own.length === 1 ? repeats : `${cycles.length} of ${repeats}`}: ${circle(cycles[0])} waited in a circle, each with one fork in hand`
        : stops.length > 0
          ? `The meals ended too soon in ${plural(stops.length, 'repeat')}, and no circle of waits was recorded`
          : `No deadlock in ${repeats}: all meals were eaten`,
    ),
    sentences: [
      ...cycleSentences(cycles[0]),
      ...mealsSentences(input, stops),
      ...(stops.length === 0
        ? [
            'That the circle did not close does not mean that it cannot: with more meals, or a longer time between the forks, it will.',
          ]
        : []),
      ...(withoutCycle(stops) > 0 ? [without(withoutCycle(stops))] : []),
      ...orderedSentences(input),
      ...(cycles.length > 0 ? [CONDITIONS] : []),
      ...parts.caveats(input),
    ],
    evidence: [
      { label: 'Deadlocks', value: `${cycles.length} of ${own.length}` },
      ...evidence(input, own),
      ...parts.droppedEvidence(input),
    ],
  }
}

/** Who waits in it, with a link to the last wait to begin: from there on nobody could go on. */
function circle(stop: Standstill | undefined): LinkedFigure | string {
  const words = `${inWords(stop?.cycle.length ?? 0)} philosophers`
  const [last] = (stop?.cycle ?? []).toSorted((one, other) => other.from - one.from)
  return last === undefined ? words : linkOf(last, words)
}

const linkOf = ({ from, to, track }: Wait, text: string): LinkedFigure | string =>
  figure(text, { from, to, track })

/** The circle as it was recorded, wait by wait. */
function cycleSentences(stop: Standstill | undefined): Sentence[] {
  const [first] = stop?.cycle ?? []
  if (!stop || !first) return []
  const { cycle } = stop
  const words = cycle.flatMap((wait, index) => [
    index === 0 ? '' : '; ',
    linkOf(wait, wait.name),
    ` waited for ${wait.lock}, which ${wait.holder} held`,
  ])
  const since = Math.max(...cycle.map(({ from }) => from))
  const until = Math.min(...cycle.map(({ to }) => to))
  return [
    [...words.filter((word) => word !== ''), '.'],
    say`Nobody at the table could end this: it stood for ${linkOf(first, formatDuration(until - since))}, until the main thread lost patience and took the forks away.`,
  ]
}

function mealsSentences(input: VerdictInput, stops: readonly Standstill[]): Sentence[] {
  const meals = parts.typical(
    stops.map(({ section }) => section),
    mealsIn,
  )
  if (meals === undefined) return []
  const all = formatCount(allMeals(input.parameters))
  return [
    say`Until then ${parts.linked(meals, formatCount)} of ${all} meals had been eaten${stops.length > 1 ? ' (median)' : ''}.`,
  ]
}

const without = (count: number): string =>
  `In ${plural(count, 'repeat')} nobody ate for as long as the patience lasts and no circle was recorded: a machine too busy for it, or events that were lost.`

function orderedSentences(input: VerdictInput): Sentence[] {
  const sections = parts.sectionsOf(input, ORDERED)
  const time = parts.typical(sections, ({ elapsed }) => elapsed)
  if (input.variant === ORDERED || time === undefined) return []
  const stopped = standstills(input, sections).length
  return [
    stopped > 0
      ? `With ordered forks the meals ended too soon, too, in ${plural(stopped, 'repeat')}.`
      : say`With ordered forks all ${formatCount(allMeals(input.parameters))} meals were eaten in ${parts.linked(time, formatDuration)}.`,
  ]
}

function judgeCure(input: VerdictInput, own: readonly SectionFigures[]): Verdict {
  const how = WITH[input.variant] ?? input.variant
  const baseline = input.variant === ORDERED ? undefined : ORDERED
  const timing = parts.timingOf(input, input.variant, baseline)
  const stops = standstills(input, own)
  const rate = parts.typical(own, mealsPerSecond)
  const hunger = hungerOf(own)
  const all = formatCount(allMeals(input.parameters))
  return {
    judgement: stops.length === 0 ? 'as expected' : 'not as expected',
    ...headed(
      stops.length === 0
        ? say`${how} all ${all} meals were eaten in every repeat${rate ? say`, ${parts.linked(rate, formatRate)}` : ''}: no deadlock`
        : `${how} the meals ended too soon in ${plural(stops.length, 'repeat')} of ${own.length}`,
    ),
    sentences: [
      ...(timing ? parts.timingSentences(timing, how.toLowerCase(), 'ordered forks') : []),
      ...stops.flatMap((stop) => cycleSentences(stop)).slice(0, 2),
      ...(withoutCycle(stops) > 0 ? [without(withoutCycle(stops))] : []),
      ...hungerSentences(hunger),
      ...(input.variant === BACK_OFF ? fruitlessSentences(input.parameters, own) : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...(timing ? parts.timingEvidence(timing, how, 'Ordered forks') : []),
      ...evidence(input, own),
      ...parts.droppedEvidence(input),
    ],
    ...(timing ? parts.ratioOf(timing, how, 'ordered forks') : {}),
  }
}

/** Longest hunger of the hungriest and of the luckiest philosopher, as they told it. */
interface Hunger {
  readonly most: parts.Typical
  readonly least: parts.Typical
  readonly who: string
}

const told = ({ output }: SectionFigures): readonly (readonly [string, number])[] =>
  output
    .flatMap(({ text }) => [
      ...text.matchAll(/(philosopher \d+): hungry for at most (\d+\.\d+) ms/g),
    ])
    .map(([, name = '', longest]): readonly [string, number] => [name, Number(longest) * 1e6])

function hungerOf(sections: readonly SectionFigures[]): Hunger | undefined {
  const bound = (of: (...times: number[]) => number) =>
    parts.typical(sections, (section) => {
      const times = told(section).map(([, time]) => time)
      return times.length > 0 ? of(...times) : undefined
    })
  const [most, least] = [bound(Math.max), bound(Math.min)]
  if (!most || !least) return undefined
  const [hungriest] = told(most.section).toSorted(([, one], [, other]) => other - one)
  return { most, least, who: hungriest?.[0] ?? '' }
}

function hungerSentences(hunger: Hunger | undefined): Sentence[] {
  if (!hunger) return []
  const { most, least, who } = hunger
  const ratio = most.value / least.value
  return [
    say`The longest hunger, from reaching for the first fork to having both, was ${parts.linked(most, formatDuration)} (${who}); of the luckiest philosopher it was ${parts.linked(least, formatDuration)}${ratio >= UNFAIR ? `, ${formatRatio(ratio)} times less` : ''}.`,
  ]
}

/** First forks that were put back without a meal. */
function fruitless(parameters: Parameters, { locks }: SectionFigures): number {
  const forks = locks
    .filter(({ kind }) => kind === ResourceKind.lock)
    .map(({ acquired }) => acquired)
    .toSorted((one, other) => other - one)
    .slice(0, parameter(parameters, 'philosophers'))
  return Math.max(0, sum(forks) - 2 * allMeals(parameters))
}

function fruitlessSentences(parameters: Parameters, own: readonly SectionFigures[]): Sentence[] {
  const tries = parts.typical(own, (section) => fruitless(parameters, section))
  if (!tries) return []
  return [
    tries.value > 0
      ? say`${parts.linked(tries, formatCount)} times a fork was taken and put back without a meal. That everybody does this for ever is a livelock: chance makes it unlikely, nothing rules it out.`
      : 'No fork was put back without a meal.',
  ]
}

function evidence(input: VerdictInput, own: readonly SectionFigures[]): parts.Evidence[] {
  const hunger = hungerOf(own)
  return [
    ...parts.evidenceOf('Meals', parts.typical(own, mealsIn), formatCount),
    ...parts.evidenceOf('Meals a second', parts.typical(own, mealsPerSecond), formatRate),
    ...parts.evidenceOf('Longest hunger', hunger?.most, formatDuration),
    ...parts.evidenceOf('Longest hunger, luckiest', hunger?.least, formatDuration),
    ...(input.variant === BACK_OFF
      ? parts.evidenceOf(
          'Taken in vain',
          parts.typical(own, (section) => fruitless(input.parameters, section)),
          formatCount,
        )
      : []),
  ]
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const own = parts.sectionsOf(input, input.variant)
  if (own.length === 0) return undefined
  if (question === 'finish') {
    const stops = standstills(input, own)
    // Meals that ended too soon for another reason say nothing of waiting for each other.
    if (withoutCycle(stops) > 0) return undefined
    const stopped = stops.length
    const option = stopped === 0 ? 'always' : stopped === own.length ? 'never' : 'sometimes'
    return {
      option,
      because: `All meals were eaten in ${own.length - stopped} of ${plural(own.length, 'repeat')}.`,
    }
  }
  const hunger = question === 'fair' ? hungerOf(own) : undefined
  if (!hunger) return undefined
  const { most, least } = hunger
  return {
    option: most.value > UNFAIR * least.value ? 'yes' : 'no',
    because: say`${hunger.who} was hungry for ${parts.linked(most, formatDuration)} at most, the luckiest for ${parts.linked(least, formatDuration)}.`,
  }
}
