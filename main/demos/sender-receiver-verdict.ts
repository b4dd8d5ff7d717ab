/** Both sender-and-receiver demos ask the same: what went through the queue, and how did it end? */
import {
  capitalised,
  formatCount,
  formatDuration,
  formatShare,
  plural,
} from '../core/figures-format.ts'
import type { Evidence, Sentence, Verdict } from '../run/contract.ts'
import { figure, headed, say } from '../run/sentence.ts'
import type { LaneFigures, QueueFigures, QueueSide, SectionFigures } from '../trace/figures.ts'
import type { LaneEnd } from '../trace/model.ts'
import { OutputStream, ResourceKind } from '../trace/model.ts'
import type { VerdictInput } from './demo.ts'
import { parameter } from './manifest.ts'
import * as parts from './verdict-parts.ts'

export interface SenderWords {
  /** `sender thread`. */
  readonly sender: string
  /** How the sender should end. */
  readonly end: LaneEnd
  readonly ends: Readonly<Record<LaneEnd, string>>
}

type Order = 'in order' | 'not in order' | 'not printed'

interface Finding {
  readonly section: SectionFigures
  readonly queue: QueueFigures
  readonly order: Order
  readonly ended: LaneEnd | undefined
  /** Share of the section in which the receiver was blocked in get. */
  readonly blocked: number
  readonly complete: boolean
  readonly dropped: number
}

export function judgeSenderReceiver(input: VerdictInput, words: SenderWords): Verdict {
  const items = parameter(input.parameters, 'items')
  const findings = parts
    .sectionsOf(input, input.variant)
    .map((section) => examine(section, items, words.end))
    .filter((finding) => finding !== undefined)
  const wrong = findings.filter((finding) => !finding.complete)
  // One that went wrong says more than the many that went well.
  const shown = wrong[0] ?? findings.at(-1)
  if (shown === undefined) return parts.nothingMeasured(input, 'use of a queue')

  return {
    judgement: judgement(wrong),
    ...headed(headline(shown, words.sender)),
    sentences: [
      ...(findings.length > 1 ? [repeatsSentence(findings.length, wrong.length)] : []),
      endSentence(shown, words),
      ...leftSentence(shown.queue),
      receiverSentence(shown),
      ...(shown.queue.blockedInPut > 0
        ? [
            say`The sender was blocked in put for ${figure(formatDuration(shown.queue.blockedInPut), onSide(shown, shown.queue.putters))}.`,
          ]
        : []),
      ...parts.caveats(input),
    ],
    evidence: [
      onQueue(shown, 'Put', shown.queue.puts),
      onQueue(shown, 'Got', shown.queue.gets),
      onQueue(shown, 'Left undelivered', shown.queue.left),
      onQueue(shown, 'Greatest depth', shown.queue.maximumDepth),
      { label: 'Printed', value: shown.order },
      {
        label: 'Receiver blocked in get',
        value: formatShare(shown.blocked),
        place: onSide(shown, shown.queue.getters),
      },
      { label: capitalised(words.sender), value: endWords(shown.ended, words) },
      ...parts.droppedEvidence(input),
    ],
  }
}

const onQueue = ({ section, queue }: Finding, label: string, count: number): Evidence => ({
  label,
  value: formatCount(count),
  place: parts.placeOf(section, queue.track),
})

/** The lane of a side; the queue where there are several. */
const onSide = ({ section, queue }: Finding, sides: readonly QueueSide[]) =>
  parts.placeOf(section, sides.length === 1 ? sides[0]?.track : queue.track)

function examine(section: SectionFigures, items: number, end: LaneEnd): Finding | undefined {
  const queue = busiest(section.queues)
  if (queue === undefined) return undefined
  const ended = senderIn(section.lanes)?.ended
  const order = orderOf(section)
  return {
    section,
    queue,
    order,
    ended,
    blocked: section.elapsed > 0 ? Math.min(1, queue.blockedInGet / section.elapsed) : 0,
    complete: queue.gets === items && order === 'in order' && ended === end,
    dropped: section.dropped,
  }
}

/** CPython's queue between processes has a pipe within it, which may be recorded as well. */
const busiest = (queues: readonly QueueFigures[]): QueueFigures | undefined =>
  queues.toSorted((one, other) => rank(other) - rank(one) || other.puts - one.puts)[0]
const rank = ({ kind }: QueueFigures): number => (kind === ResourceKind.pipe ? 0 : 1)

/** By its name; CPython has helpers as well: a queue's feeder, the server of forkserver. */
function senderIn(lanes: readonly LaneFigures[]): LaneFigures | undefined {
  const others = lanes.filter(({ name }) => name !== parts.MAIN_LANE)
  const named = (pattern: RegExp) => others.find(({ name }) => pattern.test(name))
  // The server's own thread is called Thread-1 as well.
  return named(/Process-\d/) ?? named(/Thread-\d/) ?? others[0]
}

/** The receiver prints what it gets: it should be 0, 1, 2 … */
function orderOf(section: SectionFigures): Order {
  const printed = section.output
    .filter((line) => line.stream === OutputStream.out && /^\d+$/.test(line.text))
    .map((line) => Number(line.text))
  if (printed.length === 0) return 'not printed'
  return printed.every((item, index) => item === index) ? 'in order' : 'not in order'
}

/** With dropped events a missing item may only be missing in the recording. */
function judgement(wrong: readonly Finding[]): Verdict['judgement'] {
  if (wrong.length === 0) return 'as expected'
  return wrong.every((finding) => finding.dropped > 0) ? 'open' : 'not as expected'
}

function headline(finding: Finding, sender: string): Sentence {
  const { section, queue, order } = finding
  const put = figure(plural(queue.puts, 'item'), onSide(finding, queue.putters))
  const got = figure(formatCount(queue.gets), onSide(finding, queue.getters))
  const left =
    queue.left === 0
      ? 'none was left'
      : say`${figure(formatCount(queue.left), parts.placeOf(section, queue.track))} ${queue.left === 1 ? 'was' : 'were'} never received`
  return say`The ${sender} put ${put}, the receiver got ${got}${order === 'not printed' ? '' : ` ${order}`}, and ${left}`
}

const repeatsSentence = (repeats: number, wrong: number): string =>
  wrong === 0
    ? `It went the same way in all ${formatCount(repeats)} repeats; the figures are the last one’s.`
    : `${formatCount(wrong)} of ${formatCount(repeats)} repeats did not go as expected; the figures are the first such one’s.`

const endWords = (ended: LaneEnd | undefined, words: SenderWords): string =>
  ended === undefined ? 'still alive at the end' : words.ends[ended]

const endSentence = (finding: Finding, words: SenderWords): string =>
  finding.ended === undefined
    ? `The ${words.sender} was still alive when the program ended.`
    : `The ${words.sender} ${words.ends[finding.ended]}.`

/** Where nothing was got, nothing is known about how long items stayed. */
function receiverSentence(finding: Finding): Sentence {
  const { section, blocked, queue } = finding
  const share = figure(formatShare(blocked), onSide(finding, queue.getters))
  if (queue.gets === 0) return say`The receiver was blocked in get ${share} of the time.`
  const stayed = figure(formatDuration(queue.residenceMedian), parts.placeOf(section, queue.track))
  return say`The receiver was blocked in get ${share} of the time; an item lay in the queue for ${stayed} (median).`
}

const leftSentence = ({ left }: QueueFigures): string[] =>
  left === 0
    ? []
    : [
        `${plural(left, 'item was', 'items were')} still in the queue at the end: put, and never received.`,
      ]
