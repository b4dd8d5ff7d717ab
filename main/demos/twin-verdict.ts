/** Twin runs: the same program on two engines. How long each took, and what differs. */
import { formatCount, formatRatio, formatShare, plural } from '../core/figures-format.ts'
import { sum } from '../core/statistics.ts'
import type { Verdict } from '../run/contract.ts'
import { partsOfLabel } from '../run/section-label.ts'
import { headed, say } from '../run/sentence.ts'
import type { LaneFigures, SectionFigures } from '../trace/figures.ts'
import { LaneState, ResourceKind } from '../trace/model.ts'
import type { VerdictInput } from './demo.ts'
import * as parts from './verdict-parts.ts'

/** One of the two: its label, and the medians of what its sections measured. */
interface Side {
  readonly engine: string
  readonly sections: readonly SectionFigures[]
  /** Shares of the time of the threads that work: see `working`. */
  readonly waitedGil: number | undefined
  readonly waitedLock: number | undefined
  readonly blocked: number | undefined
  /** Hand-overs of the GIL; undefined: there was none, or nobody saw it. */
  readonly switches: number | undefined
  /** Lanes that ran, or could have run, at once. */
  readonly concurrency: number | undefined
  readonly processors: number | undefined
}

export const isTwinRun = ({ sections, engines = [] }: VerdictInput): boolean =>
  engines.length > 1 || sections.some(({ variant }) => partsOfLabel(variant).engine !== '')

export function judgeTwin(input: VerdictInput): Verdict {
  const [of, to] = enginesIn(input).map((engine) => sideOf(input, engine))
  const timing = of && parts.timingOf(input, labelOf(of), to && labelOf(to))
  if (of === undefined || to === undefined || timing?.baseline === undefined)
    return nothingToCompare(input, [of, to])

  const outcome = outcomeOf(of, to)
  const headline = say`${of.engine} took ${parts.times(timing.baseline.ratio, timing.baseline.place)} the time of ${to.engine}${parts.comparisonWords(timing)}`
  return {
    judgement: judgement(timing.comparison, outcome),
    ...headed(headline),
    sentences: [
      ...parts.timingSentences(timing, of.engine, to.engine),
      ...differences(of, to),
      ...outcomeSentences(outcome, of, to),
      ...languageSentence(input),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.timingEvidence(timing, of.engine, to.engine),
      ...[of, to].flatMap(evidenceOf),
      ...parts.droppedEvidence(input),
    ],
    ...parts.ratioOf(timing, of.engine, to.engine),
  }
}

/** In the order of the request; without it, in the order in which they ran. */
function enginesIn({ engines = [], sections }: VerdictInput): readonly string[] {
  const ran = sections.map(({ variant }) => partsOfLabel(variant).engine)
  const labels = [...engines.map(({ label }) => label), ...ran].filter((label) => label !== '')
  return [...new Set(labels)].slice(0, 2)
}

const labelOf = ({ sections: [first] }: Side): string => first?.variant ?? ''

function sideOf(input: VerdictInput, engine: string): Side {
  const sections = input.sections.filter(({ variant }) => partsOfLabel(variant).engine === engine)
  const share = (figure: (lane: LaneFigures) => number) =>
    parts.medianOf(sections, (section) => parts.shareOfTime(working(section), figure))
  return {
    engine,
    sections,
    waitedGil: share((lane) => lane.waitedGil),
    waitedLock: share((lane) => lane.waitedLock),
    blocked: share((lane) => lane.byState[LaneState.queue] ?? 0),
    switches: parts.medianOf(sections, switchesOf),
    concurrency: parts.medianOf(sections, (section) => section.concurrency),
    processors: parts.medianOf(sections, (section) => parts.processorsOf(input, section)),
  }
}

/** The main thread of a program that has others only waits for them. */
function working({ lanes }: SectionFigures): readonly LaneFigures[] {
  const others = lanes.filter(({ name }) => name !== parts.MAIN_LANE)
  return others.length > 0 ? others : lanes
}

function switchesOf({ locks }: SectionFigures): number | undefined {
  const gils = locks.filter(({ kind }) => kind === ResourceKind.gil)
  return gils.length === 0 ? undefined : sum(gils.map(({ switches }) => switches))
}

/** Differences smaller than this share of the threads' time are not worth a sentence. */
const NOTABLE = 0.02
/** …or than this many lanes or processors. */
const NOTABLE_COUNT = 0.15

function differences(of: Side, to: Side): string[] {
  const waits: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['waited for the GIL', of.waitedGil, to.waitedGil],
    ['waited for locks', of.waitedLock, to.waitedLock],
    ['were blocked in queues', of.blocked, to.blocked],
  ]
  return [
    ...waits.flatMap(([what, own, other]) =>
      own === undefined || other === undefined || Math.abs(own - other) < NOTABLE
        ? []
        : [
            `Threads ${what} ${formatShare(own)} of their time in ${of.engine}, ${formatShare(other)} in ${to.engine}.`,
          ],
    ),
    ...gilSentence(of, to),
    ...countSentence(of, to),
  ]
}

const hands = ({ engine, switches = 0 }: Side): string =>
  `${switches === 1 ? 'once' : `${formatCount(switches)} times`} in ${engine}`

function gilSentence(of: Side, to: Side): string[] {
  const [with_, without] = of.switches === undefined ? [to, of] : [of, to]
  if (with_.switches === undefined || (with_.switches === 0 && !without.switches)) return []
  return without.switches === undefined
    ? [`The GIL changed hands ${hands(with_)}; none was seen in ${without.engine}.`]
    : [`The GIL changed hands ${hands(of)}, ${hands(to)}.`]
}

/** Processors where they were measured; else how many lanes could have run. */
function countSentence(of: Side, to: Side): string[] {
  if (of.processors !== undefined && to.processors !== undefined) {
    const same = Math.abs(of.processors - to.processors) < NOTABLE_COUNT
    const used = same
      ? `Both used ${formatRatio(of.processors)} processors on average.`
      : `${of.engine} used ${formatRatio(of.processors)} processors on average, ${to.engine} ${formatRatio(to.processors)}.`
    return [used]
  }
  const { concurrency: own } = of
  const { concurrency: other } = to
  if (own === undefined || other === undefined || Math.abs(own - other) < NOTABLE_COUNT) return []
  return [
    `On average ${formatRatio(own)} threads ran, or could have run, at once in ${of.engine}, ${formatRatio(other)} in ${to.engine}.`,
  ]
}

type Outcome = 'same' | 'different' | 'nothing printed'

/** Figures with a decimal point are measured by the program itself: no two runs print the same ones. */
const printed = (section: SectionFigures | undefined): string =>
  (section?.output ?? []).map(({ text }) => text.replaceAll(/\d+\.\d+(e-?\d+)?/g, '#')).join('\n')

function outcomeOf(of: Side, to: Side): Outcome {
  const own = printed(of.sections.at(-1))
  const other = printed(to.sections.at(-1))
  if (own === '' && other === '') return 'nothing printed'
  return own === other ? 'same' : 'different'
}

/** The two are expected to do the same; how long it takes them is what is to be found out. */
function judgement(comparison: parts.Timing['comparison'], outcome: Outcome): Verdict['judgement'] {
  if (outcome === 'different') return 'not as expected'
  if (comparison === undefined) return 'open'
  return comparison === 'no difference shown' ? comparison : 'as expected'
}

function outcomeSentences(outcome: Outcome, of: Side, to: Side): string[] {
  if (outcome === 'nothing printed') return []
  const lines = ({ sections }: Side) => plural(sections.at(-1)?.output.length ?? 0, 'line')
  return outcome === 'same'
    ? [`Both printed the same, ${lines(of)} each.`]
    : [`They did not print the same: ${lines(of)} in ${of.engine}, ${lines(to)} in ${to.engine}.`]
}

const languageSentence = ({ engines = [] }: VerdictInput): string[] =>
  new Set(engines.map(({ kind }) => kind)).size > 1
    ? [
        'One is compiled JavaScript, the other CPython’s bytecode: compare what their threads wait for rather than how long they take.',
      ]
    : []

function evidenceOf({ engine, ...side }: Side): parts.Evidence[] {
  const { switches, processors, concurrency } = side
  return [
    ...parts.shareEvidence(`${engine}: waiting for the GIL`, side.waitedGil),
    ...(switches === undefined
      ? []
      : [{ label: `${engine}: switches`, value: formatCount(switches) }]),
    ...(concurrency === undefined
      ? []
      : [{ label: `${engine}: running at once, mean`, value: formatRatio(concurrency) }]),
    ...(processors === undefined
      ? []
      : [{ label: `${engine}: processors used`, value: formatRatio(processors) }]),
  ]
}

function nothingToCompare(input: VerdictInput, sides: readonly (Side | undefined)[]): Verdict {
  const missing = sides.filter((side) => side?.sections.length === 0)
  const names = missing.map((side) => side?.engine ?? '').join(' and ')
  return {
    judgement: 'open',
    headline: 'Nothing can be said: the run ended before both engines had run to their end',
    sentences: [
      names === ''
        ? 'No section ran to its end. Run it again and let it finish.'
        : `No section of ${names} ran to its end. Run it again and let it finish.`,
      ...parts.caveats(input),
    ],
    evidence: parts.droppedEvidence(input),
  }
}
