import {
  capitalised,
  formatCount,
  formatDuration,
  formatRate,
  formatShare,
  plural,
  threeDigits,
} from '../../core/figures-format.ts'
import { MIN_REPEATS, sum } from '../../core/statistics.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { figure, headed, say } from '../../run/sentence.ts'
import type { QueueFigures, SectionFigures } from '../../trace/figures.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import { shown, type Shown } from '../shown.ts'
import { sinceReady } from '../since-ready.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'unbounded'
/** Who waits for the others for this share of its time is held up by them. */
const HELD_UP = 0.1
/** Mean depth and rate × mean residence are two ways to one figure; the residence is known to 3 %. */
const AGREES = 0.1
const LAW = 'J. D. C. Little, “A Proof for the Queuing Formula: L\u00a0=\u00a0λW”, 1961'

const WORDS: Readonly<Record<string, string>> = {
  bounded: 'bounded',
  unbounded: 'unbounded',
  'one-place': 'one place',
}

/** The one that the items go through. */
const queueOf = ({ queues }: SectionFigures): QueueFigures | undefined =>
  queues.toSorted((one, other) => other.puts - one.puts)[0]

export const residence = (section: SectionFigures): number | undefined =>
  queueOf(section)?.residenceMedian

const depth = (section: SectionFigures): number | undefined => queueOf(section)?.maximumDepth

const perSecond = (count: number, { elapsed }: SectionFigures): number | undefined =>
  elapsed > 0 ? count / (elapsed / 1e9) : undefined

/** Without the one for each consumer that says it is the end. */
const itemsPerSecond = (section: SectionFigures, parameters: Parameters): number | undefined => {
  const queue = queueOf(section)
  const items = queue && Math.max(0, queue.gets - parameter(parameters, 'consumers'))
  return items === undefined ? undefined : perSecond(items, section)
}

const inQueue = (section: SectionFigures) => ({
  from: section.from,
  to: section.to,
  ...(queueOf(section) && { track: queueOf(section)?.track ?? 0 }),
})

const typicalIn = (
  sections: readonly SectionFigures[],
  of: (section: SectionFigures) => number | undefined,
) => parts.typical(sections, of, inQueue)

/** Time that lanes were blocked at the queue, of the time they were there. */
function blockedShare(
  section: SectionFigures,
  who: 'producer' | 'consumer',
  blocked: (queue: QueueFigures) => number,
): number | undefined {
  const lanes = section.lanes.filter(({ name }) => name.startsWith(who))
  const queue = queueOf(section)
  const alive = sum(lanes.map((lane) => sinceReady(section, lane)))
  return queue && alive > 0 ? Math.min(1, blocked(queue) / alive) : undefined
}

interface Pace {
  /** Producers blocked in put, consumers blocked in get: shares of their time. */
  readonly producers: parts.Typical
  readonly consumers: parts.Typical
  readonly bottleneck: 'producers' | 'consumers' | 'neither'
}

function paceOf(sections: readonly SectionFigures[]): Pace | undefined {
  const producers = parts.typical(sections, (section) =>
    blockedShare(section, 'producer', ({ blockedInPut }) => blockedInPut),
  )
  const consumers = parts.typical(sections, (section) =>
    blockedShare(section, 'consumer', ({ blockedInGet }) => blockedInGet),
  )
  if (!producers || !consumers) return undefined
  // A queue without a limit never blocks a producer: what piles up in it says the same.
  const piledUp = parts.medianOf(sections, (section) => {
    const queue = queueOf(section)
    return queue && queue.puts > 0 ? queue.maximumDepth / queue.puts : undefined
  })
  const heldUp = producers.value >= HELD_UP || (piledUp ?? 0) >= 0.25
  const bottleneck =
    consumers.value >= HELD_UP && consumers.value > producers.value
      ? 'producers'
      : heldUp
        ? 'consumers'
        : 'neither'
  return { producers, consumers, bottleneck }
}

const limitOf = (input: VerdictInput): number | undefined =>
  input.variant === 'bounded'
    ? parameter(input.parameters, 'maxsize')
    : input.variant === 'one-place'
      ? 1
      : undefined

export function judge(input: VerdictInput): Verdict {
  const limit = limitOf(input)
  const timing = parts.timingOf(input, input.variant, limit === undefined ? undefined : BASELINE)
  const own = parts.sectionsOf(input, input.variant)
  const [lay, deepest] = [typicalIn(own, residence), deepestOf(own)]
  if (timing === undefined || !lay || !deepest)
    return parts.nothingMeasured(input, 'queue that items went through')

  const without = limit === undefined ? [] : parts.sectionsOf(input, BASELINE)
  const other: Other = {
    ...{ lay: typicalIn(without, residence), deepest: deepestOf(without) },
    leastDeep: Math.min(...without.map((section) => depth(section) ?? 0)),
    shorter: shown(own.map(residence), without.map(residence)),
    enough: Math.min(own.length, without.length) >= MIN_REPEATS,
  }
  const pace = paceOf(own)
  const of = WORDS[input.variant] ?? input.variant
  return {
    judgement: judgement(limit, deepest.value, other, pace),
    ...headed(headline(limit, lay, deepest, other.lay)),
    sentences: [
      ...bottleneckSentences(pace),
      ...parts.timingSentences(timing, of, 'unbounded'),
      ...costSentences(timing),
      ...boundSentences(deepest, limit, other),
      ...lawSentences(own),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, capitalised(of), 'Unbounded'),
      ...parts.evidenceOf(
        'Items a second',
        typicalIn(own, (section) => itemsPerSecond(section, input.parameters)),
        formatRate,
      ),
      ...parts.evidenceOf('Residence time, median', lay, formatDuration),
      ...parts.evidenceOf('Residence time, unbounded', other.lay, formatDuration),
      ...parts.evidenceOf('Deepest', deepest, formatCount),
      ...parts.evidenceOf('Deepest, unbounded', other.deepest, formatCount),
      ...parts.shareEvidence('Producers blocked', pace?.producers),
      ...parts.shareEvidence('Consumers idle', pace?.consumers),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, capitalised(of), 'unbounded'),
  }
}

/** The same without a limit. */
interface Other {
  readonly lay: parts.Typical | undefined
  readonly deepest: parts.Typical | undefined
  /** In the repeat in which it stayed the least deep. */
  readonly leastDeep: number
  /** Whether items lay there for a shorter time with the limit. */
  readonly shorter: Shown | undefined
  /** Repeats, to say more than what was so in these. */
  readonly enough: boolean
}

/** Of all repeats, where it was deepest. */
function deepestOf(sections: readonly SectionFigures[]): parts.Typical | undefined {
  const [deepest] = sections.toSorted((one, other) => (depth(other) ?? 0) - (depth(one) ?? 0))
  return deepest && typicalIn([deepest], depth)
}

/** A limit is expected to bound the queue, and with it how long an item lies there. */
function judgement(
  limit: number | undefined,
  deepest: number,
  other: Other,
  pace: Pace | undefined,
): Verdict['judgement'] {
  if (limit === undefined) return pace?.bottleneck === 'consumers' ? 'as expected' : 'open'
  if (deepest > limit) return 'not as expected'
  if (!other.lay || !other.deepest) return 'open'
  if (other.leastDeep <= limit || other.shorter === 'not shown') return 'no difference shown'
  return other.shorter === 'more' ? 'not as expected' : 'as expected'
}

function headline(
  limit: number | undefined,
  lay: parts.Typical,
  deepest: parts.Typical,
  unbounded: parts.Typical | undefined,
): Sentence {
  const median = say`an item lay in it for ${parts.linked(lay, formatDuration)} (median)`
  const items = parts.linked(deepest, (count) => plural(count, 'item'))
  if (limit === undefined) return say`Without a limit the queue grew to ${items}, and ${median}`
  const than = unbounded
    ? say`; without a limit, for ${parts.linked(unbounded, formatDuration)}`
    : ''
  return say`The queue held at most ${items}, and ${median}${than}`
}

function bottleneckSentences(pace: Pace | undefined): Sentence[] {
  if (!pace) return []
  const { producers, consumers, bottleneck } = pace
  const shares = say`The producers were blocked ${parts.linked(producers, formatShare)} of their time, the consumers idle ${parts.linked(consumers, formatShare)}: `
  const found =
    bottleneck === 'neither' ? 'they keep pace.' : `the ${bottleneck} are the bottleneck.`
  return [typeof shares === 'string' ? shares + found : [...shares, found]]
}

function costSentences({ comparison }: parts.Timing): Sentence[] {
  if (comparison === undefined) return []
  return [
    {
      'no difference shown': 'The limit cost no time that could be shown.',
      slower:
        'The limit cost time: with little room between them, each side has to wait whenever the other is late.',
      faster: 'It was even over sooner with the limit.',
    }[comparison],
  ]
}

function boundSentences(
  deepest: parts.Typical,
  limit: number | undefined,
  { deepest: without, leastDeep, enough }: Other,
): Sentence[] {
  if (limit === undefined)
    return [
      say`${parts.linked(deepest, formatCount)} items were in the queue at one time; had the producers more to put, it would go on growing.`,
    ]
  if (!without) return []
  const [held, other] = [parts.linked(deepest, formatCount), parts.linked(without, formatCount)]
  if (deepest.value > limit)
    return [say`The queue held ${held} items, more than its limit of ${formatCount(limit)}.`]
  if (without.value <= limit)
    return [
      say`Without a limit there were never more than ${other} items: the limit had nothing to bound.`,
    ]
  return [
    leastDeep > limit && enough
      ? say`Back-pressure bounded the queue to ${held} items, where there were up to ${other} without it: memory and waiting time no longer depend on how much there is to do.`
      : say`In these runs the queue held at most ${held} items, without a limit up to ${other}.`,
  ]
}

/** L = λW, each of the three as measured on its own, in the section in the middle. */
function lawSentences(own: readonly SectionFigures[]): Sentence[] {
  const held = typicalIn(own, (section) => queueOf(section)?.depthMean)
  const section = held?.section
  const lay = section && queueOf(section)?.residenceMean
  // What says that it is the end lies there, too.
  const rate = section && perSecond(queueOf(section)?.gets ?? 0, section)
  if (!held || section === undefined || lay === undefined || rate === undefined) return []
  // Of this section, not the median: all three belong together.
  const mean = queueOf(section)?.depthMean ?? 0
  const predicted = (rate * lay) / 1e9
  const agrees = Math.abs(predicted - mean) <= AGREES * Math.max(mean, predicted)
  return [
    say`Little’s law: ${figure(formatRate(rate), inQueue(section))} × ${figure(formatDuration(lay), inQueue(section))} on average in the queue makes ${threeDigits(predicted)} items; the mean depth was ${figure(threeDigits(mean), inQueue(section))}${agrees ? ', as the law has it' : ', which differs: not all of the items came and went within the section, or events were lost'} (${LAW}).`,
  ]
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  if (question === 'bottleneck') {
    const pace = paceOf(parts.sectionsOf(input, input.variant))
    const [because] = bottleneckSentences(pace)
    return pace && because !== undefined ? { option: pace.bottleneck, because } : undefined
  }
  const timing = parts.timingOf(input, input.variant, BASELINE)
  if (timing?.comparison === undefined) return undefined
  const [because = ''] = parts.timingSentences(timing, 'with the limit', 'without it')
  return { option: timing.comparison, because }
}
