import {
  capitalised,
  formatCount,
  formatDuration,
  formatShare,
  inWords,
} from '../../core/figures-format.ts'
import { bootstrapRatio, compare, ratioOfMedians } from '../../core/statistics.ts'
import type { Interval, Sentence, TimelinePlace, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'
import { lossesOf, mapOf, type Losses } from './losses.ts'

export { mapOf } from './losses.ts'

const RULE = 'rule'
/** The rule is expected to be no worse than this by any choice of one’s own. */
const GOOD = 0.8

/** Calls in a chunk: CPython’s rule, as in Pool._map_async, or what was asked for. */
export function chunksizeOf(variant: string, parameters: Parameters): number {
  if (variant !== RULE) return parameter(parameters, 'chunksize')
  return Math.ceil(parameter(parameters, 'items') / (parameter(parameters, 'workers') * 4))
}

export const lossesIn = (section: SectionFigures, parameters: Parameters): Losses | undefined => {
  const map = mapOf(section)
  return map && lossesOf(map, parameter(parameters, 'workers'))
}

export function judge(input: VerdictInput): Verdict {
  const { parameters, variant } = input
  const sections = parts.sectionsOf(input, variant)
  const took = parts.typical(sections, (section) => mapOf(section)?.took)
  if (took === undefined) return parts.nothingMeasured(input, 'map that came to its end')

  const rule = variant === RULE ? [] : parts.sectionsOf(input, RULE)
  const other = parts.typical(rule, (section) => mapOf(section)?.took)
  const interval = bootstrapRatio(timesOf(sections), timesOf(rule))
  const ratio = ratioOfMedians(timesOf(sections), timesOf(rule))
  const all = parts.placeOfAll([...sections, ...rule])
  const items = parameter(parameters, 'items')
  const chunk = chunksizeOf(variant, parameters)
  const of = `chunks of ${formatCount(chunk)}`
  const to = `CPython’s rule (chunks of ${formatCount(chunksizeOf(RULE, parameters))})`
  return {
    judgement: interval === undefined ? 'open' : judgement(interval),
    ...headed(
      ratio === undefined
        ? say`In ${of}, ${formatCount(items)} calls took ${parts.linked(took, formatDuration)}`
        : say`In ${of}, ${formatCount(items)} calls took ${parts.times(ratio, all)} the time of ${to}${said(interval, all)}`,
    ),
    sentences: [
      ...(other === undefined
        ? []
        : [
            say`Time of map: ${parts.linked(took, formatDuration)} in ${of} against ${parts.linked(other, formatDuration)} by ${to}.`,
          ]),
      ...lossSentences(`In ${of}`, sections, parameters),
      ...lossSentences('By the rule', rule, parameters),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.evidenceOf(capitalised(of), took, formatDuration),
      ...parts.evidenceOf('CPython’s rule', other, formatDuration),
      ...parts.ratioEvidence(ratio, interval, all),
      { label: 'Chunks', value: formatCount(Math.ceil(items / chunk)) },
      ...parts.shareEvidence('Handing out', lossOf(sections, parameters, 'dispatch')),
      ...parts.shareEvidence('Tail', lossOf(sections, parameters, 'tail')),
      ...parts.droppedEvidence(input),
    ],
    ...(interval === undefined
      ? {}
      : { ratio: { ...interval, of: capitalised(of), to, what: 'Time of map' } }),
  }
}

const timesOf = (sections: readonly SectionFigures[]): readonly number[] =>
  sections.map((section) => mapOf(section)?.took).filter((time) => time !== undefined)

const said = (interval: Interval | undefined, place: TimelinePlace): Sentence =>
  interval === undefined ? '' : parts.intervalWords(compare(interval), interval, place)

/** The rule is a compromise that is expected to be hard to beat. */
function judgement(interval: Interval): Verdict['judgement'] {
  if (interval.high < GOOD) return 'not as expected'
  return compare(interval) === 'no difference shown' ? 'no difference shown' : 'as expected'
}

/** The row of the worker that was the last. */
function lastPlace(section: SectionFigures, parameters: Parameters): TimelinePlace {
  const name = lossesIn(section, parameters)?.last
  return parts.placeOf(section, section.lanes.find((lane) => lane.name === name)?.track)
}

export const lossOf = (
  sections: readonly SectionFigures[],
  parameters: Parameters,
  which: 'tail' | 'dispatch' | 'lead',
): parts.Typical | undefined =>
  parts.typical(
    sections,
    (section) => lossesIn(section, parameters)?.[which],
    (section) => lastPlace(section, parameters),
  )

function lossSentences(
  where: string,
  sections: readonly SectionFigures[],
  parameters: Parameters,
): Sentence[] {
  const workers = parameter(parameters, 'workers')
  const [tail, dispatch, lead] = (['tail', 'dispatch', 'lead'] as const).map((which) =>
    lossOf(sections, parameters, which),
  )
  if (tail === undefined || dispatch === undefined || lead === undefined) return []
  const handing = say`${where}, ${parts.linked(dispatch, formatShare)} of the time of ${inWords(workers)} ${workers === 1 ? 'worker' : 'workers'} went into handing out chunks.`
  if (workers === 1) return [handing]
  const last = lossesIn(lead.section, parameters)?.last ?? ''
  return [
    handing,
    say`${last} was the last, ${parts.linked(lead, formatDuration)} after the first had nothing left to do: ${parts.linked(tail, formatShare)} of their time went idle in this tail.`,
  ]
}
