import { capitalised, formatDuration, formatShare, inWords } from '../../core/figures-format.ts'
import type { Sentence, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { LaneFigures, SectionFigures } from '../../trace/figures.ts'
import { LaneState } from '../../trace/model.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'one-by-one'
/** Jobs that compute on one processor take as long as one by one, but for chance. */
const SAME = 0.9

export const WORDS: Readonly<Record<string, string>> = {
  async: 'one event loop',
  threads: 'threads under the GIL',
  parallel: 'threads in parallel',
  processes: 'processes',
  [BASELINE]: 'one by one',
}

/** In CPython the build decides, whatever the variant is called. */
export function wayOf(input: VerdictInput): string {
  const engine = parts.cpythonOf(input)
  const isThreads = input.variant === 'threads' || input.variant === 'parallel'
  if (engine === undefined || !isThreads) return WORDS[input.variant] ?? input.variant
  return engine.gil ? 'threads under the GIL' : 'threads without a GIL'
}

/** Whether all that computes does so by turns. */
function takesTurns(input: VerdictInput): boolean {
  if (input.variant === 'async') return true
  const engine = parts.cpythonOf(input)
  if (input.variant !== 'threads' && input.variant !== 'parallel') return false
  return engine === undefined ? input.variant === 'threads' : engine.gil
}

export function judge(input: VerdictInput): Verdict {
  const isCompared = input.variant !== BASELINE
  const timing = parts.timingOf(input, input.variant, isCompared ? BASELINE : undefined)
  if (timing === undefined) return parts.nothingMeasured(input)
  const jobs = parameter(input.parameters, 'jobs')
  const many = `${inWords(jobs)} ${jobs === 1 ? 'job' : 'jobs'}`
  const way = wayOf(input)
  const sections = parts.sectionsOf(input, input.variant)
  const [of, to] = [capitalised(way), 'one by one']
  return {
    judgement: judgement(input, timing),
    ...headed(
      timing.baseline === undefined
        ? say`${capitalised(many)} ${isCompared ? `by ${way}` : 'one by one'} took ${parts.timeTaken(timing)}`
        : say`By ${way}, ${many} took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time of one by one${parts.comparisonWords(timing)}`,
    ),
    sentences: [
      ...parts.timingSentences(timing, way, to),
      ...shape(input),
      ...whoWaited(input, sections),
      ...parts.unseenGil(input),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, of, capitalised(to)),
      ...parts.shareEvidence('Running', shareOf(input, sections, running)),
      ...parts.shareEvidence('Sleeping', shareOf(input, sections, sleeping)),
      ...parts.shareEvidence('Waiting for the GIL', gilShare(input, sections)),
      ...parts.evidenceOf('Start and end', overhead(input, sections), formatDuration),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of, to),
  }
}

/** What waits overlaps everywhere; what computes, only where there are several interpreters at work. */
function judgement(input: VerdictInput, timing: parts.Timing): Verdict['judgement'] {
  const { comparison, interval } = timing
  if (comparison === undefined || interval === undefined) return 'open'
  const jobs = parameter(input.parameters, 'jobs')
  const share = parameter(input.parameters, 'share')
  const gainsNothing = jobs === 1 || (takesTurns(input) && share === 0)
  if (gainsNothing) return interval.high >= SAME ? 'as expected' : 'not as expected'
  if (comparison === 'no difference shown') return comparison
  return comparison === 'faster' ? 'as expected' : 'not as expected'
}

/** What the jobs were made of, and what that allows. */
function shape(input: VerdictInput): string[] {
  const share = parameter(input.parameters, 'share')
  if (input.variant === BASELINE) return []
  if (share === 100) return ['The jobs only wait: nobody needs a processor meanwhile.']
  const computing = `The jobs compute ${formatShare(1 - share / 100)} of their time`
  return [
    takesTurns(input)
      ? `${computing}: that part they do by turns, ${input.variant === 'async' ? 'in one thread' : 'under one GIL'}.`
      : `${computing}: that part they do side by side, as far as there are processors.`,
  ]
}

/** The lanes that do the jobs: all but the main thread's where others were started. */
function doing({ variant }: VerdictInput, { lanes }: SectionFigures): readonly LaneFigures[] {
  const isMain = variant === 'async' || variant === BASELINE
  return lanes.filter(({ name }) => (name === parts.MAIN_LANE) === isMain)
}

const running = ({ byState }: LaneFigures): number =>
  (byState[LaneState.running] ?? 0) + (byState[LaneState.holding] ?? 0)

const sleeping = ({ byState }: LaneFigures): number =>
  (byState[LaneState.sleeping] ?? 0) + (byState[LaneState.idle] ?? 0)

const shareOf = (
  input: VerdictInput,
  sections: readonly SectionFigures[],
  figure: (lane: LaneFigures) => number,
): parts.Typical | undefined =>
  parts.typical(
    sections,
    (section) => parts.shareOfTime(doing(input, section), figure),
    (section) => {
      const lanes = doing(input, section)
      return parts.placeOf(section, lanes.length === 1 ? lanes[0]?.track : undefined)
    },
  )

function gilShare(input: VerdictInput, sections: readonly SectionFigures[]) {
  const share = shareOf(input, sections, ({ waitedGil }) => waitedGil)
  return share !== undefined && share.value > 0 ? share : undefined
}

/** Of processes: the time in which none of them was there yet, or the last had ended. */
function overhead(input: VerdictInput, sections: readonly SectionFigures[]) {
  if (input.variant !== 'processes') return undefined
  return parts.typical(sections, (section) => {
    const alive = doing(input, section).map(parts.aliveFor)
    return alive.length === 0 ? undefined : Math.max(0, section.elapsed - Math.max(...alive))
  })
}

function whoWaited(input: VerdictInput, sections: readonly SectionFigures[]): Sentence[] {
  const [ran, slept, gil] = [
    shareOf(input, sections, running),
    shareOf(input, sections, sleeping),
    gilShare(input, sections),
  ]
  if (ran === undefined || slept === undefined || input.variant === BASELINE) return []
  if (input.variant === 'async')
    return [
      say`The event loop’s thread ran ${parts.linked(ran, formatShare)} of the time and slept ${parts.linked(slept, formatShare)}: what it ran, every other job had to wait for.`,
    ]
  const each = input.variant === 'processes' ? 'processes' : 'threads'
  const started = overhead(input, sections)
  return [
    gil === undefined
      ? say`The ${each} ran, or could have run, ${parts.linked(ran, formatShare)} of their time and slept ${parts.linked(slept, formatShare)}.`
      : say`The ${each} ran ${parts.linked(ran, formatShare)} of their time, slept ${parts.linked(slept, formatShare)} and waited for the GIL ${parts.linked(gil, formatShare)}.`,
    ...(started === undefined
      ? []
      : [
          say`For ${parts.linked(started, formatDuration)} of the time the longest-lived process was not there yet, or no more: that is what starting them costs.`,
        ]),
  ]
}
