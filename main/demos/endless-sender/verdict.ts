import { formatCount, formatDuration, plural } from '../../core/figures-format.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { QueueFigures, SectionFigures } from '../../trace/figures.ts'
import { LaneEnd, ResourceKind } from '../../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import * as parts from '../verdict-parts.ts'

/** Variants after whose call the sender is expected to live on. */
const LIVES_ON: readonly string[] = ['join', 'thread-join', 'daemon']
const DAEMON = 'daemon'

interface Call {
  readonly call: string
  /** Nanoseconds. */
  readonly took: number
  readonly isAlive: boolean
}

/** What a section printed; undefined: it did not come that far. */
function callIn({ output }: SectionFigures): Call | undefined {
  for (const { text } of output) {
    const [, call, took, then] =
      /^(.+) took (\d+\.\d+) ms: the sender (is still alive|has ended)$/.exec(text) ?? []
    if (call !== undefined)
      return { call, took: Number(took) * 1e6, isAlive: then === 'is still alive' }
  }
  return undefined
}

/** CPython's queue between processes has a pipe within it, which may be recorded as well. */
const queueIn = ({ queues }: SectionFigures): QueueFigures | undefined =>
  queues.filter(({ kind }) => kind !== ResourceKind.pipe).toSorted((a, b) => b.puts - a.puts)[0]

const mainIn = ({ lanes }: SectionFigures) => lanes.find(({ name }) => name === parts.MAIN_LANE)
const senderIn = (section: SectionFigures) => {
  const [putter] = queueIn(section)?.putters ?? []
  return section.lanes.find(({ track }) => track === putter?.track)
}

export function judge(input: VerdictInput): Verdict {
  const { variant } = input
  const sections = parts.sectionsOf(input, variant)
  const took = parts.typical(
    sections,
    (section) => callIn(section)?.took,
    (section) => parts.placeOf(section, mainIn(section)?.track),
  )
  const found = took && callIn(took.section)
  if (took === undefined || found === undefined)
    return parts.nothingMeasured(input, 'call that was to end the sender')
  const isAlive = aliveIn(sections)
  return {
    judgement: isAlive === LIVES_ON.includes(variant) ? 'as expected' : 'not as expected',
    ...headed(
      variant === DAEMON
        ? `Nobody ended the sender: it was ${isAlive === true ? 'alive' : 'gone'} when the program came to its end`
        : say`${found.call} took ${parts.linked(took, formatDuration)}, and ${AFTER[String(isAlive)] ?? ''}`,
    ),
    sentences: [
      ...callSentences(input, found, took, isAlive),
      ...endSentences(took.section, variant),
      ...queueSentences(took.section),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.evidenceOf(variant === DAEMON ? 'Call' : found.call, took, formatDuration),
      {
        label: 'Sender',
        value: isAlive === undefined ? 'both' : isAlive ? 'still alive' : 'ended',
      },
      ...queueEvidence(took.section),
      ...parts.droppedEvidence(input),
    ],
  }
}

const AFTER: Readonly<Record<string, string>> = {
  true: 'the sender was still sending',
  false: 'the sender had ended',
  undefined: 'the sender had ended in some of the repeats only',
}

/** Each time the same; else undefined. */
function aliveIn(sections: readonly SectionFigures[]): boolean | undefined {
  const all = sections.flatMap((section) => callIn(section)?.isAlive ?? [])
  return all.every((isAlive) => isAlive === all[0]) ? all[0] : undefined
}

function callSentences(
  { variant }: VerdictInput,
  { call }: Call,
  took: parts.Typical,
  isAlive: boolean | undefined,
): Sentence[] {
  if (variant === DAEMON || isAlive === undefined) return []
  if (!isAlive) return [say`${call} took ${parts.linked(took, formatDuration)}.`]
  const how = variant.startsWith('thread-')
    ? 'A thread has neither terminate() nor kill(): unless it looks at something that tells it to end, it goes on for ever. The program waits for it at its end, and never comes there; only a daemon thread is left behind.'
    : 'The sender’s loop has no end: without a timeout the program would stand there for ever. terminate() ends it.'
  return [
    say`${call} waited ${parts.linked(took, formatDuration)} and gave up. Meanwhile the main thread did nothing, and the sender went on.`,
    how,
  ]
}

function endSentences(section: SectionFigures, variant: string): Sentence[] {
  const sender = senderIn(section)
  const place = sender && parts.placeOf(section, sender.track)
  if (sender?.ended === LaneEnd.terminated || sender?.ended === LaneEnd.killed)
    return [
      [
        'The sender ',
        { text: 'was terminated', place: place ?? parts.placeOf(section) },
        variant === DAEMON
          ? ' as the program ended: that is what daemons are for.'
          : ' wherever it was, without a last step of its own.',
      ],
    ]
  return []
}

function queueSentences(section: SectionFigures): Sentence[] {
  const queue = queueIn(section)
  if (queue === undefined || queue.left === 0) return []
  const left = { text: plural(queue.left, 'item'), place: parts.placeOf(section, queue.track) }
  return [['Of what it had put, ', left, ' stayed behind: nobody gets them.']]
}

function queueEvidence(section: SectionFigures): parts.Evidence[] {
  const queue = queueIn(section)
  if (queue === undefined) return []
  const place = parts.placeOf(section, queue.track)
  return [
    { label: 'Put', value: formatCount(queue.puts), place },
    { label: 'Got', value: formatCount(queue.gets), place },
    { label: 'Left behind', value: formatCount(queue.left), place },
  ]
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  const sections = parts.sectionsOf(input, input.variant)
  const isAlive = aliveIn(sections)
  const took = parts.typical(sections, (section) => callIn(section)?.took)
  if (question !== 'ended' || isAlive === undefined || took === undefined) return undefined
  return {
    option: isAlive ? 'no' : 'yes',
    because: say`After ${parts.linked(took, formatDuration)} the sender ${isAlive ? 'was still alive' : 'had ended'}.`,
  }
}
