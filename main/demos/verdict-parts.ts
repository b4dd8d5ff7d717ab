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
  compare,
  median,
  MIN_REPEATS,
  ratioOfMedians,
  sum,
  type Comparison,
  type Estimate,
} from '../core/statistics.ts'
import type { Evidence, Verdict } from '../run/contract.ts'
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

/** A program under CPython is looked at now and then: of a short one too little is seen. */
const LONG_ENOUGH = 3e9

/** Processors that a section truly used; undefined: not measured, or not well enough. */
export function processorsOf(
  { sections, processors }: VerdictInput,
  section: SectionFigures,
): number | undefined {
  return section.elapsed < LONG_ENOUGH ? undefined : processors?.[sections.indexOf(section)]
}

/** What runs the sections; undefined: Node, or it is not known. */
export function cpythonOf({ engines = [] }: VerdictInput): EngineFacts | undefined {
  const [engine] = engines
  return engine?.kind === 'cpython' ? engine : undefined
}

/** Where nobody saw who held the GIL, threads that waited for it count as running. */
export function unseenGil(input: VerdictInput): string[] {
  const engine = cpythonOf(input)
  return engine?.gil === true && engine.reading === 'not available'
    ? ['Who held the GIL could not be seen here: threads that waited for it are shown as running.']
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
  readonly baseline?: { readonly elapsed: number; readonly repeats: number; readonly ratio: number }
  /** Undefined: not measured against a baseline, or not often enough. */
  readonly interval?: Estimate
  readonly comparison?: Comparison
}

/** @returns undefined when no section of the variant ran to its end */
export function timingOf(
  input: VerdictInput,
  variant: string,
  baseline: string | undefined,
): Timing | undefined {
  const times = sectionsOf(input, variant).map((section) => section.elapsed)
  const elapsed = median(times)
  if (elapsed === undefined) return undefined
  const own = { elapsed, repeats: times.length }
  if (baseline === undefined) return own

  const baselineTimes = sectionsOf(input, baseline).map((section) => section.elapsed)
  const baselineElapsed = median(baselineTimes)
  const ratio = ratioOfMedians(times, baselineTimes)
  if (baselineElapsed === undefined || ratio === undefined) return own
  const other = { elapsed: baselineElapsed, repeats: baselineTimes.length, ratio }
  const interval = bootstrapRatio(times, baselineTimes)
  if (interval === undefined) return { ...own, baseline: other }
  return { ...own, baseline: other, interval, comparison: compare(interval) }
}

export const formatInterval = (interval: Estimate): string =>
  `${formatRatio(interval.low)} to ${formatRatio(interval.high)}`

/** `slower (95 % interval 1.02 to 1.06)`; with too few repeats: nothing. */
export function comparisonWords({ interval, comparison }: Timing): string {
  if (interval === undefined || comparison === undefined) return ''
  return `: ${comparison} (95\u00a0% interval ${formatInterval(interval)})`
}

/** What the times are worth: how many there were, and what that allows to say. */
export function timingSentences(timing: Timing, of: string, to: string): string[] {
  const { baseline } = timing
  if (baseline === undefined) return []
  const counts =
    timing.repeats === baseline.repeats
      ? plural(timing.repeats, 'repeat')
      : `${plural(timing.repeats, 'repeat')} and ${formatCount(baseline.repeats)}`
  const fewest = Math.min(timing.repeats, baseline.repeats)
  const medians = `${formatDuration(timing.elapsed)} (${of}) against ${formatDuration(baseline.elapsed)} (${to})`
  const sentences = [
    timing.repeats === 1 && baseline.repeats === 1
      ? `Measured once each: ${medians}.`
      : `Medians of ${counts}: ${medians}.`,
  ]
  if (fewest < MIN_REPEATS)
    sentences.push(
      `${fewest === 1 ? 'One repeat' : 'Two repeats'} cannot tell a difference from noise; repeat it at least ${inWords(MIN_REPEATS)} times.`,
    )
  else if (
    timing.repeats === MIN_REPEATS &&
    baseline.repeats === MIN_REPEATS &&
    timing.comparison !== 'no difference shown'
  )
    sentences.push(
      'With three repeats each, chance alone separates the times like this once in ten; more repeats make it firm.',
    )
  return sentences
}

export function timingEvidence(timing: Timing, of: string, to: string): Evidence[] {
  const { baseline, interval } = timing
  const rows: Evidence[] = [{ label: of, value: formatDuration(timing.elapsed) }]
  if (baseline !== undefined) {
    rows.push({ label: to, value: formatDuration(baseline.elapsed) })
    rows.push({ label: 'Ratio', value: formatRatio(baseline.ratio) })
  }
  if (interval !== undefined)
    rows.push({ label: '95\u00a0% interval', value: formatInterval(interval) })
  rows.push({ label: 'Repeats', value: formatCount(timing.repeats) })
  return rows
}

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
export const shareEvidence = (label: string, share: number | undefined): Evidence[] =>
  share === undefined ? [] : [{ label, value: formatShare(share) }]

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
