import { formatDuration, formatRate, inWords } from '../../core/figures-format.ts'
import { bootstrapRatio, ratioOfMedians } from '../../core/statistics.ts'
import type { Interval, Sentence, TimelinePlace, Verdict } from '../../run/contract.ts'
import { headed, say } from '../../run/sentence.ts'
import type { SectionFigures } from '../../trace/figures.ts'
import type { VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import * as parts from '../verdict-parts.ts'

const BASELINE = 'padded'
/** Lines are 64 bytes long on most processors, and 128 on the longest in use. */
const LINE = 64
const LONGEST_LINE = 128
/** Beyond a line the two are the same program; measured, they are not exactly alike. */
const SAME = 1.15

interface Counted {
  readonly increments: number
  readonly stride: number
  /** Nanoseconds for all of them. */
  readonly took: number
}

/** What the program measured and printed. */
const countedIn = ({ output }: SectionFigures): Counted | undefined =>
  output
    .map(({ text }) => /^(\d+) increments (\d+) bytes apart in (\d+\.\d+) ms$/.exec(text))
    .flatMap((found) =>
      found === null
        ? []
        : [
            {
              increments: Number(found[1]),
              stride: Number(found[2]),
              took: Number(found[3]) * 1e6,
            },
          ],
    )
    .find(({ took }) => took > 0)

/** Increments a second, of all threads together. */
export function rateOf(section: SectionFigures): number | undefined {
  const counted = countedIn(section)
  return counted && (counted.increments * 1e9) / counted.took
}

const ratesOf = (input: VerdictInput, variant: string): readonly number[] =>
  parts
    .sectionsOf(input, variant)
    .map(rateOf)
    .filter((rate) => rate !== undefined)

/** Increments a second side by side to those far apart. */
export function lossOf(input: VerdictInput) {
  if (input.variant === BASELINE) return undefined
  const [own, padded] = [ratesOf(input, input.variant), ratesOf(input, BASELINE)]
  const ratio = ratioOfMedians(own, padded)
  const interval = bootstrapRatio(own, padded)
  return ratio === undefined ? undefined : { ratio, ...(interval && { interval }) }
}

export function judge(input: VerdictInput): Verdict {
  const threads = parameter(input.parameters, 'threads')
  const sections = parts.sectionsOf(input, input.variant)
  const padded = input.variant === BASELINE ? [] : parts.sectionsOf(input, BASELINE)
  const rate = parts.typical(sections, rateOf)
  const each = parts.typical(sections, (section) => eachOf(section, threads))
  const stride = sections.map(countedIn).find((counted) => counted !== undefined)?.stride
  if (rate === undefined || each === undefined || stride === undefined)
    return parts.nothingMeasured(input, 'counter that was counted')

  const other = parts.typical(padded, (section) => eachOf(section, threads))
  const otherRate = parts.typical(padded, rateOf)
  const loss = lossOf(input)
  const interval = loss?.interval
  const all = parts.placeOfAll([...sections, ...padded])
  const who =
    parts.cpythonOf(input) === undefined
      ? `${inWords(threads)} ${threads === 1 ? 'thread' : 'threads'}`
      : `${inWords(threads)} ${threads === 1 ? 'process' : 'processes'}`
  return {
    judgement: interval === undefined ? 'open' : judgement(interval, stride, threads),
    ...headed(
      loss === undefined
        ? say`With counters ${String(stride)} bytes apart, ${who} did ${parts.linked(rate, (value) => formatRate(value).replace('/s', ' increments a second'))}`
        : say`With counters ${String(stride)} bytes apart, ${who} counted ${parts.times(loss.ratio, all)} as fast as with counters far apart${said(interval, all)}`,
    ),
    sentences: [
      other === undefined
        ? say`An increment took ${parts.linked(each, formatDuration)}.`
        : say`An increment took ${parts.linked(each, formatDuration)}, and ${parts.linked(other, formatDuration)} with counters far apart. No thread waited for another: what differs is who owns the line of the cache.`,
      ...(interval === undefined ? [] : meaning(input, interval, stride, threads, each)),
      ...parts.caveats(input),
    ],
    evidence: [
      ...parts.evidenceOf('Increments a second', rate, formatRate),
      ...parts.evidenceOf('Far apart', otherRate, formatRate),
      ...parts.evidenceOf('One increment', each, formatDuration),
      ...parts.evidenceOf('Far apart, one', other, formatDuration),
      ...parts.ratioEvidence(loss?.ratio, interval, all),
      ...parts.droppedEvidence(input),
    ],
    ...(interval === undefined
      ? {}
      : {
          ratio: {
            ...interval,
            of: `${String(stride)} bytes apart`,
            to: 'far apart',
            what: 'Increments a second',
          },
        }),
  }
}

/** Nanoseconds that one thread took for one increment, with the others at work beside it. */
function eachOf(section: SectionFigures, threads: number): number | undefined {
  const counted = countedIn(section)
  return counted && (counted.took * threads) / counted.increments
}

const said = (interval: Interval | undefined, place: TimelinePlace): Sentence =>
  interval === undefined
    ? ''
    : parts.intervalWords(
        interval.high < 1 ? 'slower' : interval.low > 1 ? 'faster' : 'no difference shown',
        interval,
        place,
      )

/** Whether two counters lie in one line, and somebody writes to both at once. */
const isShared = (stride: number, threads: number): boolean => stride < LINE && threads > 1

function judgement({ low, high }: Interval, stride: number, threads: number): Verdict['judgement'] {
  if (!isShared(stride, threads) && (stride >= LONGEST_LINE || threads === 1))
    return low < SAME && high > 1 / SAME ? 'as expected' : 'not as expected'
  if (low <= 1 && high >= 1) return 'no difference shown'
  return high < 1 ? 'as expected' : 'not as expected'
}

function meaning(
  input: VerdictInput,
  { low, high }: Interval,
  stride: number,
  threads: number,
  each: parts.Typical,
): Sentence[] {
  if (!isShared(stride, threads)) return []
  if (high < 1)
    return [
      'The line goes back and forth between the processors: whoever writes has to fetch it first.',
    ]
  if (low > 1) return []
  if (parts.cpythonOf(input) !== undefined)
    return [
      say`CPython’s interpreter takes ${parts.linked(each, formatDuration)} for an increment, longer than it takes to fetch a line from another processor: here it hides false sharing.`,
    ]
  return [
    'False sharing was not shown here. It takes two processors that write at the same time: there may be but one, other programs may have had the second, or both are threads of one core and share its cache.',
  ]
}
