import { capitalised, formatCount, formatDuration, formatRate } from '../../core/figures-format.ts'
import { bootstrapRatio, ratioOfMedians, sum } from '../../core/statistics.ts'
import type { Sentence, TimelinePlace, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { QueueFigures, SectionFigures } from '../../trace/figures.ts'
import type { VerdictInput } from '../demo.ts'
import * as parts from '../verdict-parts.ts'
import { formatSize, formatSpeed } from './sizes.ts'

const BASELINES: Readonly<Record<string, string>> = {
  'process-queue': 'thread-queue',
  pipe: 'process-queue',
  'shared-memory': 'thread-queue',
}
const WORDS: Readonly<Record<string, string>> = {
  'process-queue': 'the queue between processes',
  'thread-queue': 'the queue between threads',
  pipe: 'the pipe',
  'shared-memory': 'shared memory',
}
/** Waiting at the queue by one side, for more than this share of the time, names the other one. */
const MUCH = 0.25
const HALF = 0.5

interface Received {
  readonly messages: number
  readonly size: number
  /** Nanoseconds for all of them. */
  readonly took: number
}

/** What the receiver measured and printed. */
export const receivedOf = ({ output }: SectionFigures): Received | undefined =>
  output
    .map(({ text }) => /^received (\d+) messages of (\d+) bytes in (\d+\.\d+) ms$/.exec(text))
    .flatMap((found) =>
      found === null
        ? []
        : [{ messages: Number(found[1]), size: Number(found[2]), took: Number(found[3]) * 1e6 }],
    )
    .find(({ took }) => took > 0)

export function bytesRateOf(section: SectionFigures): number | undefined {
  const received = receivedOf(section)
  return received && (received.messages * received.size * 1e9) / received.took
}

function messageRateOf(section: SectionFigures): number | undefined {
  const received = receivedOf(section)
  return received && (received.messages * 1e9) / received.took
}

/** Nanoseconds for each message. */
export function timeOf(section: SectionFigures): number | undefined {
  const received = receivedOf(section)
  return received && received.took / received.messages
}

export function judge(input: VerdictInput): Verdict {
  const sections = parts.sectionsOf(input, input.variant)
  const rate = parts.typical(sections, bytesRateOf)
  const each = parts.typical(sections, timeOf)
  const size = sections.map(receivedOf).find((received) => received !== undefined)?.size
  if (rate === undefined || each === undefined || size === undefined)
    return parts.nothingMeasured(input, 'message that was received')

  const way = WORDS[input.variant] ?? input.variant
  const baseline = BASELINES[input.variant]
  const others = baseline === undefined ? [] : parts.sectionsOf(input, baseline)
  const other = parts.typical(others, bytesRateOf)
  const [own, theirs] = [ratesOf(sections), ratesOf(others)]
  const ratio = bootstrapRatio(own, theirs)
  const plain = ratioOfMedians(own, theirs)
  const all = parts.placeOfAll([...sections, ...others])
  const to = WORDS[baseline ?? ''] ?? ''
  const messages = parts.typical(sections, messageRateOf)
  return {
    judgement: ratio === undefined ? 'open' : judgement(input, ratio),
    ...headed(
      plain === undefined
        ? say`Through ${way}, messages of ${formatSize(size)} go at ${parts.linked(rate, formatSpeed)}`
        : say`Through ${way}, messages of ${formatSize(size)} go at ${parts.times(plain, all)} the speed of ${to}${said(ratio, all)}`,
    ),
    sentences: [
      other === undefined
        ? say`One message took ${parts.linked(each, formatDuration)}: ${parts.linked(rate, formatSpeed)}.`
        : say`One message took ${parts.linked(each, formatDuration)}: ${parts.linked(rate, formatSpeed)}, against ${parts.linked(other, formatSpeed)} through ${to}.`,
      ...sideSentences(sections),
      ...reference(input),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.evidenceOf('Bytes a second', rate, formatSpeed),
      ...parts.evidenceOf('Messages a second', messages, formatRate),
      ...parts.evidenceOf('Each message', each, formatDuration),
      ...parts.evidenceOf(capitalised(to), other, formatSpeed),
      ...parts.ratioEvidence(plain, ratio, all),
      { label: 'Messages', value: formatCount(receivedIn(sections)) },
      ...parts.droppedEvidence(input),
    ],
    ...(ratio === undefined
      ? {}
      : { ratio: { ...ratio, of: capitalised(way), to, what: 'Bytes a second' } }),
  }
}

const ratesOf = (sections: readonly SectionFigures[]): readonly number[] =>
  sections.map(bytesRateOf).filter((rate) => rate !== undefined)

const receivedIn = (sections: readonly SectionFigures[]): number =>
  parts.medianOf(sections, (section) => receivedOf(section)?.messages) ?? 0

type Ratio = NonNullable<ReturnType<typeof bootstrapRatio>>

const said = (ratio: Ratio | undefined, place: TimelinePlace): Sentence =>
  ratio === undefined
    ? ''
    : parts.intervalWords(
        ratio.low > 1 ? 'faster' : ratio.high < 1 ? 'slower' : 'no difference shown',
        ratio,
        place,
      )

/**
 * Another process is expected to cost something. Which of the others is faster depends on the size,
 * and under CPython nothing is faster than a reference.
 */
function judgement({ variant }: VerdictInput, { low, high }: Ratio): Verdict['judgement'] {
  if (low <= 1 && high >= 1) return 'no difference shown'
  if (variant !== 'process-queue') return 'open'
  return high < 1 ? 'as expected' : 'not as expected'
}

/** Of the busiest queue: who waited there for whom. */
function sideSentences(sections: readonly SectionFigures[]): Sentence[] {
  const blocked = (side: 'blockedInPut' | 'blockedInGet') =>
    parts.typical(
      sections,
      (section) => {
        const queue = busiest(section)
        const took = receivedOf(section)?.took
        return queue && took !== undefined && took > 0 ? Math.min(1, queue[side] / took) : undefined
      },
      (section) => parts.placeOf(section, busiest(section)?.track),
    )
  const [put, get] = [blocked('blockedInPut'), blocked('blockedInGet')]
  if (put === undefined || get === undefined) return []
  const share = (value: number) => `${Math.round(value * 100)}\u00a0%`
  if (put.value > HALF && get.value > HALF)
    return [
      say`The sender stood in put ${parts.linked(put, share)} of the time and the receiver in get ${parts.linked(get, share)}: they wake each other up by turns, and that takes the time.`,
    ]
  if (put.value > get.value && put.value > MUCH)
    return [
      say`The sender stood in put ${parts.linked(put, share)} of the time, because there was no room: the receiver is the bottleneck.`,
    ]
  if (get.value > MUCH)
    return [
      say`The receiver stood in get ${parts.linked(get, share)} of the time, because there was nothing: the sender, or the way there, is the bottleneck.`,
    ]
  return []
}

const busiest = ({ queues }: SectionFigures): QueueFigures | undefined =>
  queues.toSorted((one, other) => sum([other.puts, other.gets]) - sum([one.puts, one.gets]))[0]

const reference = (input: VerdictInput): string[] =>
  parts.cpythonOf(input) !== undefined &&
  input.variant !== 'pipe' &&
  input.variant !== 'thread-queue'
    ? [
        'CPython’s queue between threads hands over a reference: nothing is copied, whatever the size.',
      ]
    : []
