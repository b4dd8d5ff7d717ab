import {
  formatCount,
  formatDuration,
  formatRate,
  formatShare,
  plural,
} from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { Sentence, TimelinePlace, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import { longestSinceReady } from '../since-ready.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'mutex'
const NO_LOCK = 'no-lock'
const WITH: Readonly<Record<string, string>> = {
  'readers-first': 'Readers first',
  'writers-first': 'Writers first',
  fair: 'Fair',
  mutex: 'One at a time',
  'no-lock': 'Without a lock',
}
/** A wait as long as this share of the time that the others were at it is called starving. */
const STARVED = 0.5
/** Longest waits within this factor are about alike. */
const ALIKE = 1.5

const SOURCE =
  'P. J. Courtois, F. Heymans, D. L. Parnas, “Concurrent Control with ‘Readers’ and ‘Writers’”, 1971'

/** What threads of one kind told at their end; times in nanoseconds. */
interface Told {
  readonly times: number
  readonly longest: number
}

const KINDS = { reader: 'reads', writer: 'writes' } as const
type Kind = keyof typeof KINDS

function told({ output }: SectionFigures, kind: Kind): Told | undefined {
  const line = new RegExp(
    `${kind} \\d+: (\\d+) ${KINDS[kind]}, waited [\\d.]+ ms on average, ([\\d.]+) ms at most`,
    'g',
  )
  const found = output.flatMap(({ text }) => [...text.matchAll(line)])
  if (found.length === 0) return undefined
  return {
    times: sum(found.map(([, times]) => Number(times))),
    longest: Math.max(...found.map(([, , longest]) => Number(longest) * 1e6)),
  }
}

const torn = ({ output }: SectionFigures): number =>
  sum(
    output.flatMap(({ text }) =>
      [...text.matchAll(/(\d+) reads saw a record/g)].map(([, count]) => Number(count)),
    ),
  )

/** From when all began to when the last of a kind had done; 0: there was none. */
const timeOf = (section: SectionFigures, kind: Kind): number =>
  longestSinceReady(
    section,
    section.lanes.filter(({ name }) => name.startsWith(kind)),
  )

export function readsPerSecond(section: SectionFigures, parameters: Parameters): number {
  const reads = parameter(parameters, 'readers') * parameter(parameters, 'rounds')
  // Until the last one has done: what the writers do after it is not theirs.
  const time = timeOf(section, 'reader') || section.elapsed
  return time > 0 ? reads / (time / 1e9) : 0
}

/** The lane of the kind that waited longest for one thing, at that wait; else the section. */
function longestAt(section: SectionFigures, kind: Kind): TimelinePlace {
  const lanes = section.lanes.filter(({ name }) => name.startsWith(kind)).map(({ track }) => track)
  const [longest] = [...section.locks, ...section.counters]
    .filter(({ kind, longestAt: at }) => {
      // Waiting for the others to start is no wait for the room.
      const isRoom = kind === ResourceKind.lock || kind === ResourceKind.semaphore
      return isRoom && at !== undefined && lanes.includes(at.track)
    })
    .toSorted((one, other) => other.longestWait - one.longestWait)
  return longest?.longestAt ?? parts.placeOf(section)
}

const longestOf = (sections: readonly SectionFigures[], kind: Kind) =>
  parts.typical(
    sections,
    (section) => told(section, kind)?.longest,
    (section) => longestAt(section, kind),
  )

const timesOf = (sections: readonly SectionFigures[], kind: Kind) =>
  parts.typical(sections, (section) => told(section, kind)?.times)

const OTHERS = { reader: 'writer', writer: 'reader' } as const

/** The longest wait of one kind, as a share of the time that the other kind was at it. */
const starvedShare = (sections: readonly SectionFigures[], kind: Kind) =>
  parts.typical(
    sections,
    (section) => {
      const longest = told(section, kind)?.longest
      const others = timeOf(section, OTHERS[kind])
      return longest === undefined || others === 0 ? undefined : Math.min(1, longest / others)
    },
    (section) => longestAt(section, kind),
  )

/** Of all repeats: one that was seen once is one too many. Shown where there were most. */
function tornIn(sections: readonly SectionFigures[]): parts.Typical | undefined {
  const [worst] = sections.toSorted((one, other) => torn(other) - torn(one))
  return worst && { value: sum(sections.map(torn)), section: worst, place: parts.placeOf(worst) }
}

export function judge(input: VerdictInput): Verdict {
  const own = parts.sectionsOf(input, input.variant)
  const isBaseline = input.variant === BASELINE
  const timing = parts.timingOf(input, input.variant, isBaseline ? undefined : BASELINE)
  const rate = parts.typical(own, (section) => readsPerSecond(section, input.parameters))
  const [reader, writer] = [longestOf(own, 'reader'), longestOf(own, 'writer')]
  if (!timing || !rate || !reader || !writer)
    return parts.nothingMeasured(input, 'what its readers and writers told')

  const how = WITH[input.variant] ?? input.variant
  const half = tornIn(own)
  return {
    judgement: judgement(input, timing, reader.value, writer.value, half?.value ?? 0),
    ...headed(headline(input.variant, how, rate, writer, half)),
    sentences: [
      ...parts.timingSentences(timing, how.toLowerCase(), 'one at a time'),
      say`The longest wait of a writer took ${parts.linked(writer, formatDuration)}, of a reader ${parts.linked(reader, formatDuration)}.`,
      ...starvingSentences(own),
      ...halfSentences(input.variant, half),
      ...(input.variant === 'readers-first' || input.variant === 'writers-first'
        ? [`Built as in ${SOURCE}.`]
        : []),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, how, 'One at a time'),
      ...parts.evidenceOf('Reads a second', rate, formatRate),
      ...parts.evidenceOf('Writes', timesOf(own, 'writer'), formatCount),
      ...parts.evidenceOf('Longest wait of a writer', writer, formatDuration),
      ...parts.evidenceOf('Longest wait of a reader', reader, formatDuration),
      ...parts.shareEvidence('Of the readers’ time, a writer', starvedShare(own, 'writer')),
      ...parts.shareEvidence('Of the writers’ time, a reader', starvedShare(own, 'reader')),
      ...parts.evidenceOf('Half-written records seen in all', half, formatCount),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, how, 'one at a time'),
  }
}

/** Readers together are expected to be faster than one at a time; writers first, not to wait longest. */
function judgement(
  { variant, parameters }: VerdictInput,
  { comparison }: parts.Timing,
  reader: number,
  writer: number,
  half: number,
): Verdict['judgement'] {
  if (variant === NO_LOCK) return half > 0 ? 'as expected' : 'no difference shown'
  if (half > 0) return 'not as expected'
  if (variant === 'writers-first') return writer <= reader ? 'as expected' : 'not as expected'
  if (variant === BASELINE || comparison === undefined) return 'open'
  if (comparison === 'no difference shown') return comparison
  return comparison === 'faster' && parameter(parameters, 'readers') > 1
    ? 'as expected'
    : 'not as expected'
}

const headline = (
  variant: string,
  how: string,
  rate: parts.Typical,
  writer: parts.Typical,
  half: parts.Typical | undefined,
): Sentence =>
  variant === NO_LOCK
    ? half && half.value > 0
      ? say`Without a lock ${parts.linked(half, (count) => plural(count, 'read'))} saw a record that was half written`
      : 'Without a lock no half-written record was seen: that is luck'
    : say`${how}: ${parts.linked(rate, (value) => formatRate(value).replace('/s', ' reads a second'))}, and a writer waited for up to ${parts.linked(writer, formatDuration)}`

function starvingSentences(own: readonly SectionFigures[]): Sentence[] {
  const kinds: readonly Kind[] = ['writer', 'reader']
  return kinds.flatMap((kind) => {
    const share = starvedShare(own, kind)
    return share && share.value >= STARVED
      ? [
          say`A ${kind} starved: one wait of it was as long as ${parts.linked(share, formatShare)} of the time that the ${OTHERS[kind]}s were at it.`,
        ]
      : []
  })
}

function halfSentences(variant: string, half: parts.Typical | undefined): Sentence[] {
  if (!half) return []
  if (half.value > 0)
    return [
      say`${parts.linked(half, (count) => plural(count, 'read'))} fell between the two halves of a write: what they saw had never been true.`,
    ]
  return variant === NO_LOCK ? [] : ['No read saw a record that was half written.']
}

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  if (question !== 'longest') return undefined
  const own = parts.sectionsOf(input, input.variant)
  const [reader, writer] = [longestOf(own, 'reader'), longestOf(own, 'writer')]
  if (!reader || !writer) return undefined
  const option =
    writer.value > ALIKE * reader.value
      ? 'writer'
      : reader.value > ALIKE * writer.value
        ? 'reader'
        : 'alike'
  return {
    option,
    because: say`The longest wait of a writer took ${parts.linked(writer, formatDuration)}, of a reader ${parts.linked(reader, formatDuration)}.`,
  }
}
