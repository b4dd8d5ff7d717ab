/** What the verdicts of all demos share: choosing sections, comparing times, saying the caveats. */
import {
  formatCount,
  formatDuration,
  formatRatio,
  formatShare,
  inWords,
  plural,
} from '../core/figures-format.ts'
import {
  bootstrapRatio,
  chanceApart,
  compare,
  CONFIDENCE,
  median,
  MIN_REPEATS,
  ratioOfMedians,
  sum,
  type Comparison,
  type Estimate,
} from '../core/statistics.ts'
import { nanoseconds } from '../core/units.ts'
import type { Evidence, LinkedFigure, Sentence, TimelinePlace, Verdict } from '../run/contract.ts'
import { figure, say } from '../run/sentence.ts'
import type { LaneFigures, SectionFigures } from '../trace/figures.ts'
import { LaneEnd } from '../trace/model.ts'
import type { EngineFacts, VerdictInput } from './demo.ts'

export type { Evidence }

export const sectionsOf = (input: VerdictInput, variant: string): readonly SectionFigures[] =>
  input.sections.filter((section) => section.variant === variant)

/** The median over sections of a figure that each of them has; sections without it do not count. */
export const medianOf = (
  sections: readonly SectionFigures[],
  figure: (section: SectionFigures) => number | undefined,
): number | undefined =>
  median(sections.map(figure).filter((value): value is number => Number.isFinite(value)))

/** A section, or one row of it. */
export const placeOf = ({ from, to }: SectionFigures, track?: number): TimelinePlace =>
  track === undefined ? { from, to } : { from, to, track }

/** From the first to the last of at least one section: where a figure of all of them comes from. */
export const placeOfAll = (sections: readonly SectionFigures[]): TimelinePlace => ({
  from: nanoseconds(Math.min(...sections.map(({ from }) => from))),
  to: nanoseconds(Math.max(...sections.map(({ to }) => to))),
})

/** The median of a figure over sections, and the section where it is to be seen. */
export interface Typical {
  readonly value: number
  /** The one whose own figure is nearest to the median; of several the first. */
  readonly section: SectionFigures
  readonly place: TimelinePlace
}

/**
 * @param figure of a section; one without it does not count.
 * @param place within a section; by default the whole of it.
 * @returns undefined when no section has it
 */
export function typical(
  sections: readonly SectionFigures[],
  figure: (section: SectionFigures) => number | undefined,
  place: (section: SectionFigures) => TimelinePlace | undefined = placeOf,
): Typical | undefined {
  const having = sections.flatMap((section) => {
    const own = figure(section)
    return own !== undefined && Number.isFinite(own) ? [{ section, own }] : []
  })
  const value = median(having.map(({ own }) => own))
  if (value === undefined) return undefined
  const [nearest] = having.toSorted(
    (one, other) => Math.abs(one.own - value) - Math.abs(other.own - value),
  )
  return nearest && { value, section: nearest.section, place: placeIn(nearest.section, place) }
}

const placeIn = (
  section: SectionFigures,
  place: (section: SectionFigures) => TimelinePlace | undefined,
): TimelinePlace => place(section) ?? placeOf(section)

/** For a sentence: `say\`The longest wait took ${linked(longest, formatDuration)}.\``. */
export const linked = (
  { value, place }: Pick<Typical, 'value' | 'place'>,
  format: (value: number) => string,
): LinkedFigure => ({ text: format(value), place })

/** A row beside the words; none where nothing was measured. */
export const evidenceOf = (
  label: string,
  measured: Pick<Typical, 'value' | 'place'> | undefined,
  format: (value: number) => string,
): Evidence[] =>
  measured === undefined ? [] : [{ label, value: format(measured.value), place: measured.place }]

/** The thread that the program begins with; a child process's goes by the name of the process. */
export const MAIN_LANE = 'MainThread'

type Exit = NonNullable<EngineFacts['exit']>

/** `with exit code 1`, `by SIGKILL`: after “it ended”. */
export const exitWords = ({ code, signal }: Exit): string =>
  signal === undefined ? `with exit code ${code}` : `by ${signal}`

export const exitEvidence = ({ code, signal }: Exit): Evidence => ({
  label: 'Exit',
  value: signal === undefined ? String(code) : `${code} (${signal})`,
})

/** Processor time is told ten times a second; under CPython less often, and less exactly. */
const LONG_ENOUGH = { node: 1e9, cpython: 3e9 } as const

/** Processors that a section truly used; undefined: not measured, or not well enough. */
export function processorsOf(
  { sections, processors, engines = [] }: VerdictInput,
  section: SectionFigures,
): number | undefined {
  const least = engines.some(({ kind }) => kind === 'cpython') ? 'cpython' : 'node'
  return section.elapsed < LONG_ENOUGH[least] ? undefined : processors?.[sections.indexOf(section)]
}

/** What runs the sections; undefined: Node, or it is not known. */
export function cpythonOf({ engines = [] }: VerdictInput): EngineFacts | undefined {
  const [engine] = engines
  return engine?.kind === 'cpython' ? engine : undefined
}

/**
 * A thread is watched from when the run has read of it on: a few hundredths of a second after it
 * began, more on a busy machine (`npm run bench -- --only python:`). Of less than this, much of the
 * GIL goes unseen.
 */
const WATCHED_WELL = 0.3e9
const isBrief = ({ elapsed, lanes }: SectionFigures): boolean =>
  elapsed < WATCHED_WELL && lanes.length > 1

/** Where nobody saw who held the GIL, threads that waited for it count as running. */
export function unseenGil(input: VerdictInput): string[] {
  const engine = cpythonOf(input)
  if (engine?.gil !== true) return []
  if (engine.reading === 'not available')
    return [
      'Who held the GIL could not be seen here: threads that waited for it are shown as running.',
    ]
  return sectionsOf(input, input.variant).some(isBrief)
    ? [
        'Who holds the GIL is seen from some hundredths of a second after a thread has begun: in a time as short as this, much of the waiting for it is shown as running.',
      ]
    : []
}

/** The time a lane was alive, nanoseconds. */
export const aliveFor = (lane: Pick<LaneFigures, 'byState'>): number =>
  sum([...lane.byState.subarray(1)])

/** Share of the lanes' time that a figure of theirs takes up; undefined without any lane time. */
export function shareOfTime(
  lanes: readonly LaneFigures[],
  figure: (lane: LaneFigures) => number,
): number | undefined {
  const alive = sum(lanes.map(aliveFor))
  return alive > 0 ? sum(lanes.map(figure)) / alive : undefined
}

/** How long the variant took, on its own and against its baseline. */
export interface Timing {
  readonly elapsed: number
  readonly repeats: number
  /** The section whose time is nearest to the median. */
  readonly section: SectionFigures
  readonly baseline?: {
    readonly elapsed: number
    readonly repeats: number
    readonly section: SectionFigures
    readonly ratio: number
    /** All of the variant's sections and its own: what ratio and interval come from. */
    readonly place: TimelinePlace
  }
  /** Undefined: not measured against a baseline, or not often enough. */
  readonly interval?: Estimate
  readonly comparison?: Comparison
}

const elapsedOf = ({ elapsed }: SectionFigures): number => elapsed

/** How long it took, as a link to the section that shows it. */
export const timeTaken = ({ elapsed, section }: Pick<Timing, 'elapsed' | 'section'>) =>
  linked({ value: elapsed, place: placeOf(section) }, formatDuration)

/** @returns undefined when no section of the variant ran to its end */
export function timingOf(
  input: VerdictInput,
  variant: string,
  baseline: string | undefined,
): Timing | undefined {
  const sections = sectionsOf(input, variant)
  const times = sections.map(elapsedOf)
  const middle = typical(sections, elapsedOf)
  if (middle === undefined) return undefined
  const own = { elapsed: middle.value, repeats: times.length, section: middle.section }
  if (baseline === undefined) return own

  const baselines = sectionsOf(input, baseline)
  const baselineTimes = baselines.map(elapsedOf)
  const against = typical(baselines, elapsedOf)
  const ratio = ratioOfMedians(times, baselineTimes)
  if (against === undefined || ratio === undefined) return own
  const { value, section } = against
  const place = placeOfAll([...sections, ...baselines])
  const other = { elapsed: value, repeats: baselineTimes.length, section, ratio, place }
  const interval = bootstrapRatio(times, baselineTimes)
  if (interval === undefined) return { ...own, baseline: other }
  return { ...own, baseline: other, interval, comparison: compare(interval) }
}

export const formatInterval = (interval: Pick<Estimate, 'low' | 'high'>): string =>
  `${formatRatio(interval.low)} to ${formatRatio(interval.high)}`

/** `1.04 ×`, with a link to all that it comes from. */
export const times = (ratio: number, place: TimelinePlace): LinkedFigure => ({
  text: `${formatRatio(ratio)}\u00a0×`,
  place,
})

/** `: slower (95 % interval 1.02 to 1.06)`, with a link to all that the interval comes from. */
export const intervalWords = (
  words: string,
  interval: Pick<Estimate, 'low' | 'high'>,
  place: TimelinePlace,
): Sentence => say`: ${words} (95\u00a0% interval ${figure(formatInterval(interval), place)})`

/** The same of times; with too few repeats: nothing. */
export const comparisonWords = ({ interval, comparison, baseline }: Timing): Sentence =>
  interval === undefined || comparison === undefined || baseline === undefined
    ? ''
    : intervalWords(comparison, interval, baseline.place)

/** What the times are worth: how many there were, and what that allows to say. */
export function timingSentences(timing: Timing, of: string, to: string): Sentence[] {
  const { baseline } = timing
  if (baseline === undefined) return []
  const counts =
    timing.repeats === baseline.repeats
      ? plural(timing.repeats, 'repeat')
      : `${plural(timing.repeats, 'repeat')} and ${formatCount(baseline.repeats)}`
  const fewest = Math.min(timing.repeats, baseline.repeats)
  const measured =
    timing.repeats === 1 && baseline.repeats === 1 ? 'Measured once each' : `Medians of ${counts}`
  const sentences = [
    say`${measured}: ${timeTaken(timing)} (${of}) against ${timeTaken(baseline)} (${to}).`,
  ]
  if (fewest < MIN_REPEATS)
    sentences.push(
      `${fewest === 1 ? 'One repeat' : 'Two repeats'} cannot tell a difference from noise; repeat it at least ${inWords(MIN_REPEATS)} times.`,
    )
  else if (
    chanceApart(timing.repeats, baseline.repeats) > 1 - CONFIDENCE &&
    timing.comparison !== 'no difference shown'
  )
    sentences.push(chanceWords(timing.repeats, baseline.repeats))
  return sentences
}

/** How often chance alone would say the same; with three repeats each once in ten. */
export function chanceWords(one: number, other: number): string {
  const [fewer, more] = [Math.min(one, other), Math.max(one, other)]
  const repeats = fewer === more ? 'repeats each' : `and ${inWords(more)} repeats`
  return `With ${inWords(fewer)} ${repeats}, chance alone separates them like this once in ${inWords(Math.round(1 / chanceApart(fewer, more)))}; more repeats make it firm.`
}

export function timingEvidence(timing: Timing, of: string, to: string): Evidence[] {
  const { baseline, interval } = timing
  const rows: Evidence[] = [timeEvidence(of, timing)]
  if (baseline !== undefined) {
    rows.push(timeEvidence(to, baseline))
    rows.push(...ratioEvidence(baseline.ratio, interval, baseline.place))
  }
  rows.push({ label: 'Repeats', value: formatCount(timing.repeats) })
  return rows
}

/** The ratio and its interval, where they are known. */
export function ratioEvidence(
  ratio: number | undefined,
  interval: Pick<Estimate, 'low' | 'high'> | undefined,
  place: TimelinePlace,
): Evidence[] {
  const rows: Evidence[] = []
  if (ratio !== undefined) rows.push({ label: 'Ratio', value: formatRatio(ratio), place })
  if (interval !== undefined)
    rows.push({ label: '95\u00a0% interval', value: formatInterval(interval), place })
  return rows
}

export const timeEvidence = (
  label: string,
  { elapsed, section }: Pick<Timing, 'elapsed' | 'section'>,
): Evidence => ({ label, value: formatDuration(elapsed), place: placeOf(section) })

/** The contract's ratio, where there is an interval. */
export const ratioOf = (timing: Timing, of: string, to: string): Pick<Verdict, 'ratio'> =>
  timing.interval === undefined ? {} : { ratio: { ...timing.interval, of, to } }

/** What limits every figure of the run: events lost, sections not run. */
export function caveats(input: VerdictInput): string[] {
  const sentences: string[] = []
  const dropped = sum(input.sections.map((section) => section.dropped))
  if (dropped > 0)
    sentences.push(
      `${plural(dropped, 'event was', 'events were')} dropped because the recorder fell behind: the counts here are lower bounds.`,
    )
  if (input.cutShort && input.sections.length > 0)
    sentences.push(
      `The run was cut short: only the ${plural(input.sections.length, 'section')} that ended before are counted.`,
    )
  return sentences
}

/**
 * A thread or process that failed did not do its part: whatever the times say, this is not what was
 * to be shown. First of the sentences, because it explains the others.
 */
export function sayFailures(input: VerdictInput, verdict: Verdict): Verdict {
  const failed = input.sections
    .flatMap(({ lanes }) => lanes)
    .filter(({ ended }) => ended === LaneEnd.threw || ended === LaneEnd.killed)
  const [first] = failed
  if (first === undefined) return verdict
  const others = failed.length === 1 ? '' : `, and so did ${plural(failed.length - 1, 'other')}`
  const sentence = `${first.name} ended with an error${others}: the output says which.`
  return {
    ...verdict,
    judgement: 'not as expected',
    sentences: [sentence, ...verdict.sentences],
  }
}

export const droppedEvidence = (input: VerdictInput): Evidence[] => {
  const dropped = sum(input.sections.map((section) => section.dropped))
  return dropped > 0 ? [{ label: 'Dropped events', value: formatCount(dropped) }] : []
}

/** A row with a share, where it is known. */
export function shareEvidence(label: string, share: number | Typical | undefined): Evidence[] {
  if (share === undefined) return []
  return typeof share === 'number'
    ? [{ label, value: formatShare(share) }]
    : evidenceOf(label, share, formatShare)
}

/**
 * When there is nothing to judge by.
 * @param missing what a section of the variant must show, and none did.
 */
export function nothingMeasured(input: VerdictInput, missing = ''): Verdict {
  const own = sectionsOf(input, input.variant).length
  return {
    judgement: 'open',
    headline:
      own > 0
        ? `Nothing can be said: the recording shows no ${missing}`
        : 'Nothing can be said: the run ended before its first measurement did',
    sentences: [...unfinished(input, own), ...caveats(input)],
    evidence: droppedEvidence(input),
  }
}

function unfinished(input: VerdictInput, own: number): string[] {
  if (own > 0) return []
  const others = input.sections.length
  return others === 0
    ? ['No section ran to its end. Run it again and let it finish.']
    : [
        `${plural(others, 'section')} of the baseline ran to the end, none of the variant. Run it again and let it finish.`,
      ]
}
