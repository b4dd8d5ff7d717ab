import { formatCount, formatDuration, inWords } from '../../core/figures-format.ts'
import { bootstrapRatio, median } from '../../core/statistics.ts'
import type { Verdict } from '../../run/contract.ts'
import { figure, headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'
import { ANSWERS_SOURCE, publishedAnswer, SOURCES } from './published.ts'

const BASELINE = 'alone'
const COMPUTING: Readonly<Record<string, number>> = {
  alone: 0,
  'one-thread': 1,
  'two-threads': 2,
  'one-thread-parallel': 1,
}
/** In one variant the form says how many. */
export const computingIn = (variant: string, parameters: Parameters): number =>
  COMPUTING[variant] ?? parameter(parameters, 'computing')

/** Median round trip of a section, nanoseconds. */
export const latencyIn = (section: SectionFigures): number | undefined => median(tripsOf(section))

/** Below this an answer is quick, whatever the switch interval: nobody held it up. */
export const QUICK = 1e6
/** The system wakes threads as late as this, or later: shorter waits for a GIL cannot be told from it. */
const WAKING = 0.25e6

/** What the computing threads add to a round trip. */
export interface Added {
  /** Nanoseconds, more than when nobody computed; where that was not run, all of it. */
  readonly value: number
  readonly alone: parts.Typical | undefined
  /** A shorter switch interval cannot be seen in it. */
  readonly resolution: number
}

/** @param half median round trip, nanoseconds */
export function addedIn(input: VerdictInput, half: number): Added {
  const alone =
    input.variant === BASELINE
      ? undefined
      : parts.typical(parts.sectionsOf(input, BASELINE), latencyIn)
  return {
    value: Math.max(0, half - (alone?.value ?? 0)),
    alone,
    resolution: alone === undefined ? QUICK : WAKING,
  }
}

interface Latency {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly p99: number
  readonly longest: number
}

export function judge(input: VerdictInput): Verdict {
  const sections = parts.sectionsOf(input, input.variant)
  const latency = latencyOf(sections.flatMap(tripsOf))
  if (latency === undefined) return parts.nothingMeasured(input, 'round trip of a ping')

  const threads = computingIn(input.variant, input.parameters)
  const interval = parameter(input.parameters, 'switchInterval')
  const against =
    threads === 0
      ? 'nobody'
      : `${inWords(threads)} computing ${threads === 1 ? 'thread' : 'threads'}`
  const gil = hasGil(input)
  const added = addedIn(input, latency.median)
  const ratio = threads === 0 ? undefined : ratioOf(input, sections)
  const waited = gil ? waitedForEach(sections) : undefined
  const inPipe = parts.typical(sections, residence)
  // The program tells its round trips without their times: they come from all of its sections.
  const all = parts.placeOfAll(sections)
  const both = parts.placeOfAll([...sections, ...parts.sectionsOf(input, BASELINE)])
  const measured = (time: number) => figure(formatDuration(time), all)
  const published = gil ? publishedAnswer(threads, interval) : undefined
  return {
    judgement: judgement(added, threads > 0 && gil, interval * 1e6),
    ...headed(
      say`Against ${against}${gil ? '' : ', without a GIL'}, half of the answers came within ${measured(latency.median)}, 99\u00a0% within ${measured(latency.p99)}`,
    ),
    sentences: [
      ...(waited === undefined
        ? []
        : [
            say`The recording shows that the answering thread waited for the GIL ${parts.linked(waited, formatDuration)} for each ping; the switch interval is ${formatDuration(interval * 1e6)}.`,
          ]),
      ...(ratio === undefined
        ? []
        : [
            say`An answer takes ${parts.times(ratio.estimate, both)} as long as when nobody computes (95\u00a0% interval ${figure(parts.formatInterval(ratio), both)}).`,
          ]),
      ...(threads > 0 && gil ? meaning(input, added, interval) : []),
      ...(published === undefined
        ? []
        : [
            `${ANSWERS_SOURCE}: ${formatDuration(published)} for each answer with these threads and this interval, asked without a pause, so that recv and send both wait.`,
          ]),
      ...parts.unseenGil(input),
      ...SOURCES,
      ...parts.caveats(input),
    ],
    evidence: [
      { label: 'Round trip, median', value: formatDuration(latency.median), place: all },
      { label: '95\u00a0%', value: formatDuration(latency.p95), place: all },
      { label: '99\u00a0%', value: formatDuration(latency.p99), place: all },
      { label: 'Longest', value: formatDuration(latency.longest), place: all },
      { label: 'Pings', value: formatCount(latency.count) },
      { label: 'Switch interval', value: formatDuration(interval * 1e6) },
      ...parts.evidenceOf('Waited for the GIL, each ping', waited, formatDuration),
      ...parts.evidenceOf('Ping in the pipe, median', inPipe, formatDuration),
      ...(published === undefined
        ? []
        : [{ label: 'Published (2021), no pause', value: formatDuration(published) }]),
      ...parts.droppedEvidence(input),
    ],
    ...(ratio === undefined
      ? {}
      : { ratio: { ...ratio, of: `Against ${against}`, to: 'alone', what: 'Round trip' } }),
  }
}

/** Of an engine of CPython its build decides, of Node the variant. */
export function hasGil({ engines, variant }: VerdictInput): boolean {
  const [engine] = engines ?? []
  return engine?.kind === 'cpython' ? engine.gil : variant !== 'one-thread-parallel'
}

/** What the pinging process measured and printed, in nanoseconds. */
const tripsOf = ({ output }: SectionFigures): readonly number[] =>
  output.flatMap(({ text }) => {
    const [, trip] = /^round trip (\d+\.\d+) ms$/.exec(text) ?? []
    return trip === undefined ? [] : [Number(trip) * 1e6]
  })

function latencyOf(trips: readonly number[]): Latency | undefined {
  const sorted = trips.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]
  const longest = sorted.at(-1)
  const [half, p95, p99] = [median(sorted), at(0.95), at(0.99)]
  if (half === undefined || p95 === undefined || p99 === undefined || longest === undefined)
    return undefined
  return { count: sorted.length, median: half, p95, p99, longest }
}

/** Medians of sections against those of sections in which nobody computed. */
function ratioOf(input: VerdictInput, sections: readonly SectionFigures[]) {
  const medians = (of: readonly SectionFigures[]) =>
    of.map((section) => median(tripsOf(section))).filter((value) => value !== undefined)
  return bootstrapRatio(medians(sections), medians(parts.sectionsOf(input, BASELINE)))
}

const onAnswering = (section: SectionFigures) =>
  parts.placeOf(section, section.lanes.find(({ name }) => name === parts.MAIN_LANE)?.track)

/** From the recording alone: the answering thread is the main one. Undefined: nobody saw its GIL. */
const waitedForEach = (sections: readonly SectionFigures[]): parts.Typical | undefined =>
  parts.typical(
    sections,
    (section) => {
      if (!section.locks.some(({ kind }) => kind === ResourceKind.gil)) return undefined
      const waited = section.lanes.find(({ name }) => name === parts.MAIN_LANE)?.waitedGil
      const pings = tripsOf(section).length
      return waited === undefined || pings === 0 ? undefined : waited / pings
    },
    onAnswering,
  )

/** How long a ping lay in the pipe until the answering thread had it: the slower direction of the two. */
function residence({ queues }: SectionFigures): number | undefined {
  const pipes = queues.filter(({ kind }) => kind === ResourceKind.pipe)
  return pipes.length === 0
    ? undefined
    : Math.max(...pipes.map(({ residenceMedian }) => residenceMedian))
}

/** @param interval nanoseconds */
function judgement(
  { value, resolution }: Added,
  isConvoy: boolean,
  interval: number,
): Verdict['judgement'] {
  if (!isConvoy) return value < QUICK ? 'as expected' : 'not as expected'
  if (interval < resolution) return 'open'
  return value >= interval / 2 ? 'as expected' : 'not as expected'
}

function meaning(input: VerdictInput, added: Added, interval: number): string[] {
  if (interval * 1e6 < added.resolution)
    return [
      `Whether an answer waited for a switch interval cannot be told from the round trips: below ${formatDuration(added.resolution)}, that the system wakes a thread takes about as long.`,
    ]
  const waits = added.value / (interval * 1e6)
  if (waits < 0.5)
    return [
      'The convoy did not form: a computing thread got no processor in time to take the GIL, as on a machine with one processor, or one that is busy.',
    ]
  const back = parameter(input.parameters, 'pause') === 0
  return [
    back
      ? 'Without a pause, recv and send each wait: up to two switch intervals for an answer.'
      : 'With a pause between the pings only recv stands between a ping and its answer: one switch interval, and longer where another thread takes the GIL first.',
  ]
}
