import {
  capitalised,
  formatCount,
  formatRate,
  formatRatio,
  formatShare,
  inWords,
} from '../../core/figures-format.ts'
import { bootstrapRatio, ratioOfMedians } from '../../core/statistics.ts'
import type { Interval, Sentence, TimelinePlace, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { LaneFigures, LockFigures, SectionFigures } from '../../trace/figures.ts'
import { ResourceKind } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

export const BASELINE = 'gil'
const PROCESSES = 'processes'
/** Who shares one processor gains nothing; measured, it is not exactly nothing. */
const SAME = 1.1
/** With so many processors at work for others, threads that gain nothing may just have had none. */
const BUSY = 0.5

/** Pieces a second while everybody worked: the program prints how long that was. */
export function rateOf({ output }: SectionFigures, parameters: Parameters): number | undefined {
  const worked = output
    .map(({ text }) => /^worked (\d+\.\d+) ms$/.exec(text)?.[1])
    .find((each) => each !== undefined)
  return worked === undefined || Number(worked) === 0
    ? undefined
    : (parameter(parameters, 'pieces') * 1_000) / Number(worked)
}

const ratesOf = (input: VerdictInput, variant: string): readonly number[] =>
  parts
    .sectionsOf(input, variant)
    .map((section) => rateOf(section, input.parameters))
    .filter((rate) => rate !== undefined)

/** Work a second of the variant to that of its baseline. */
export interface Gain {
  readonly ratio: number
  /** Undefined: too few repeats. */
  readonly interval?: Interval
}

export function gainOf(input: VerdictInput): Gain | undefined {
  if (input.variant === BASELINE) return undefined
  const [own, baseline] = [ratesOf(input, input.variant), ratesOf(input, BASELINE)]
  const ratio = ratioOfMedians(own, baseline)
  const interval = bootstrapRatio(own, baseline)
  return ratio === undefined ? undefined : { ratio, ...(interval && { interval }) }
}

export function judge(input: VerdictInput): Verdict {
  const sections = parts.sectionsOf(input, input.variant)
  const rate = parts.typical(sections, (section) => rateOf(section, input.parameters))
  if (rate === undefined) return parts.nothingMeasured(input, 'time that the work took')
  const threads = parameter(input.parameters, 'threads')
  const gain = gainOf(input)
  const who = whoOf(input, threads)
  const other = parts.typical(parts.sectionsOf(input, BASELINE), (section) =>
    rateOf(section, input.parameters),
  )
  const all = parts.placeOfAll([...sections, ...parts.sectionsOf(input, BASELINE)])
  const held = parts.typical(sections, heldShare)
  const waiting = parts.typical(sections, waitingShare)
  return {
    judgement: judgement(input, gain, threads),
    ...headed(headline(who, gain, rate, all)),
    sentences: [
      ...(other === undefined
        ? []
        : [
            say`Pieces of work a second: ${parts.linked(rate, formatRate)} (${who}) against ${parts.linked(other, formatRate)} (under the GIL).`,
          ]),
      ...lockSentences(held, waiting, threads),
      ...boundSentences(input.parameters),
      ...sameProgram(input),
      ...busySentences(input, gain),
      ...parts.unseenGil(input),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.evidenceOf('Work a second', rate, formatRate),
      ...parts.evidenceOf('Under the GIL', other, formatRate),
      ...parts.ratioEvidence(gain?.ratio, gain?.interval, all),
      ...parts.shareEvidence('Lock held', held),
      ...parts.shareEvidence('Waiting for the lock', waiting),
      { label: 'At most, by the lock', value: `${formatRatio(boundOf(input.parameters))}\u00a0×` },
      ...parts.droppedEvidence(input),
    ],
    ...(gain?.interval === undefined
      ? {}
      : {
          ratio: {
            ...gain.interval,
            of: capitalised(who),
            to: 'under the GIL',
            what: 'Work a second',
          },
        }),
  }
}

/** `two threads in parallel`, `two processes`: in CPython the build decides. */
function whoOf(input: VerdictInput, threads: number): string {
  const { variant } = input
  if (variant === PROCESSES) return `${inWords(threads)} ${threads === 1 ? 'process' : 'processes'}`
  const many = `${inWords(threads)} ${threads === 1 ? 'thread' : 'threads'}`
  return `${many} ${hasGil(input, variant) ? 'under the GIL' : 'in parallel'}`
}

function hasGil(input: VerdictInput, variant: string): boolean {
  if (variant === PROCESSES) return false
  const engine = parts.cpythonOf(input)
  return engine === undefined ? variant === BASELINE : engine.gil
}

/** Whether the variant and its baseline differ in whether they run in parallel. */
const differs = (input: VerdictInput): boolean =>
  hasGil(input, input.variant) !== hasGil(input, BASELINE)

function judgement(
  input: VerdictInput,
  gain: Gain | undefined,
  threads: number,
): Verdict['judgement'] {
  if (gain?.interval === undefined) return 'open'
  const { low, high } = gain.interval
  if (low <= 1 && high >= 1) return 'no difference shown'
  if (threads === 1 || !differs(input))
    return low < SAME && high > 1 / SAME ? 'as expected' : 'not as expected'
  if (low > 1) return 'as expected'
  return (othersOf(input)?.value ?? 0) >= BUSY ? 'open' : 'not as expected'
}

/** Processors that other programs used while the variant ran. */
const othersOf = (input: VerdictInput): parts.Typical | undefined =>
  parts.typical(parts.sectionsOf(input, input.variant), ({ others }) => others)

function busySentences(input: VerdictInput, gain: Gain | undefined): Sentence[] {
  const others = othersOf(input)
  if (others === undefined || others.value < BUSY || (gain?.interval?.low ?? 2) > 1) return []
  return [
    say`Other programs used ${parts.linked(others, formatRatio)} processors meanwhile: a thread that gets no processor adds nothing. Run it again when the machine has less to do.`,
  ]
}

/** @param all where the variant and its baseline were measured */
function headline(
  who: string,
  gain: Gain | undefined,
  rate: parts.Typical,
  all: TimelinePlace,
): Sentence {
  if (gain === undefined)
    return say`${capitalised(who)} did ${parts.linked(rate, (value) => formatRate(value).replace('/s', ' pieces of work a second'))}`
  const { ratio, interval } = gain
  const said =
    interval === undefined
      ? ''
      : parts.intervalWords(
          interval.low > 1 ? 'more' : interval.high < 1 ? 'less' : 'no difference shown',
          interval,
          all,
        )
  return say`${capitalised(who)} did ${parts.times(ratio, all)} the work a second that they do under the GIL${said}`
}

const lockOf = ({ locks }: SectionFigures): LockFigures | undefined =>
  locks
    .filter(({ kind }) => kind === ResourceKind.lock)
    .toSorted((one, other) => other.acquired - one.acquired)[0]

const heldShare = (section: SectionFigures): number | undefined => {
  const lock = lockOf(section)
  return lock && section.elapsed > 0 ? Math.min(1, lock.heldFor / section.elapsed) : undefined
}

const workers = ({ lanes }: SectionFigures): readonly LaneFigures[] =>
  lanes.filter(({ name }) => name !== parts.MAIN_LANE)

const waitingShare = (section: SectionFigures): number | undefined =>
  lockOf(section) && parts.shareOfTime(workers(section), ({ waitedLock }) => waitedLock)

function lockSentences(
  held: parts.Typical | undefined,
  waiting: parts.Typical | undefined,
  threads: number,
): Sentence[] {
  if (held === undefined || waiting === undefined || threads === 1) return []
  return [
    say`The lock was held ${parts.linked(held, formatShare)} of the time, and the threads spent ${parts.linked(waiting, formatShare)} of theirs waiting for it.`,
  ]
}

/**
 * Times the work of one thread that can be done at most. One thread alone takes 1 for a piece: s under
 * the lock, 1 - s beside it. With n threads a piece has s + e under the lock, e for its exchanges with
 * the n - 1 others, and still 1 - s beside it.
 * - The lock is held for s + e by each piece, by one thread at a time: at most 1 / (s + e) pieces.
 * - A thread takes at least s + e + 1 - s = 1 + e for a piece: n of them do at most n / (1 + e).
 * Threads that take turns in a fixed order reach the smaller of the two: while one holds the lock, the
 * others do what lies beside it. Amdahl's law says less, n / (1 + (n - 1) s) without an exchange: it
 * counts what lies under the lock as time in which nobody else does anything.
 */
export function boundOf(parameters: Parameters): number {
  const threads = parameter(parameters, 'threads')
  const serial = parameter(parameters, 'serial') / 100
  const exchanged = (parameter(parameters, 'exchange') / 100) * (threads - 1)
  return Math.min(1 / (serial + exchanged), threads / (1 + exchanged))
}

function boundSentences(parameters: Parameters): Sentence[] {
  const threads = parameter(parameters, 'threads')
  const serial = parameter(parameters, 'serial')
  const exchange = parameter(parameters, 'exchange')
  if (threads === 1 || (serial === 0 && exchange === 0)) return []
  return [
    `With ${formatCount(serial)}\u00a0% under the lock${exchange > 0 ? ` and ${String(exchange)}\u00a0% more for each of the others` : ''}, ${inWords(threads)} ${threads === 1 ? 'thread' : 'threads'} can do at most ${formatRatio(boundOf(parameters))}\u00a0× the work of one, if each has a processor.`,
  ]
}

const sameProgram = (input: VerdictInput): string[] =>
  input.variant !== BASELINE && input.variant !== PROCESSES && !differs(input)
    ? [
        'In CPython the build decides whether there is a GIL: both variants are the same program here.',
      ]
    : []
