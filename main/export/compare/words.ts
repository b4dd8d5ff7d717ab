/** Comparisons in words: the same on the command line, on screen and for those who listen. */
import {
  formatCount,
  formatDuration,
  formatRatio,
  formatShare,
  NO_BREAK,
  plural,
  threeDigits,
} from '../../core/figures-format.ts'
import type { Difference } from '../../core/difference.ts'
import { MIN_REPEATS } from '../../core/statistics.ts'
import { letterOf } from './members.ts'
import type { ComparedCell, ComparedRow, ComparedTable, FigureUnit, TableName } from './tables.ts'

export const TABLE_TITLES: Readonly<Record<TableName, string>> = {
  elapsed: 'Elapsed',
  lanes: 'Lanes',
  locks: 'Locks',
  queues: 'Queues',
  counters: 'Semaphores, events, pools and others',
}

export function figureText(value: number, unit: FigureUnit): string {
  if (unit === 'ns') return value === 0 ? `0${NO_BREAK}s` : formatDuration(value)
  return unit === 'count' ? formatMedianCount(value) : threeDigits(value)
}

/** The median of an even number of counts may be a half. */
const formatMedianCount = (value: number): string =>
  Number.isInteger(value) ? formatCount(value) : value.toFixed(1)

/** With its share, where it is one: `1.24 s, 49 %`. */
export const cellText = (cell: ComparedCell | undefined, unit: FigureUnit): string => {
  if (cell === undefined) return '–'
  const share = cell.share === undefined ? '' : `, ${formatShare(cell.share)}`
  return figureText(cell.median, unit) + share
}

/** `+1.24 s`, `−12`, `0 s`; minus is U+2212. */
export function absoluteText({ absolute }: Difference, unit: FigureUnit): string {
  const sign = absolute > 0 ? '+' : absolute < 0 ? '\u2212' : ''
  return sign + figureText(Math.abs(absolute), unit)
}

/** `0.51 ×`; '' where there is none. */
export const ratioText = ({ ratio }: Difference): string =>
  ratio === undefined ? '' : `${formatRatio(ratio)}${NO_BREAK}×`

/** `0.48 to 0.55`; of the difference where there is no ratio; '' where repeats are too few. */
export function intervalText(
  { shown, ratio, ratioInterval, interval }: Difference,
  unit: FigureUnit,
): string {
  if (shown === 'same') return ''
  if (ratio !== undefined && ratioInterval)
    return `${formatRatio(ratioInterval.low)} to ${formatRatio(ratioInterval.high)}`
  if (!interval) return ''
  const [low, high] = [interval.low, interval.high].map((absolute) =>
    absoluteText({ shown: 'untested', absolute }, unit),
  )
  return `${low} to ${high}`
}

/** What the difference says: `less`, `more`, `no difference shown`; '' where repeats are too few. */
export function shownText({ shown }: Difference): string {
  switch (shown) {
    case 'same':
      return 'the same'
    case 'not shown':
      return 'no difference shown'
    case 'untested':
      return ''
    default:
      return shown
  }
}

/** What it is worth: good, bad or neither. Only what is shown is worth anything. */
export function worthOf(
  { shown }: Difference,
  { better }: Pick<ComparedRow, 'better'>,
): 'better' | 'worse' | undefined {
  if (better === undefined || (shown !== 'more' && shown !== 'less')) return undefined
  return shown === better ? 'better' : 'worse'
}

/** `Only in B: Thread-3, Thread-4.` */
export function unmatchedTexts(unmatched: ComparedTable['unmatched']): readonly string[] {
  const bearers = [...new Set(unmatched.map(({ members }) => members.map(letterOf).join(' and ')))]
  return bearers.map((who) => {
    const subjects = unmatched
      .filter(({ members }) => members.map(letterOf).join(' and ') === who)
      .map(({ subject }) => subject)
    return `Only in ${who}: ${subjects.join(', ')}.`
  })
}

/** What the reader has to know of the intervals, in a sentence or two. */
export function footnote(tables: readonly ComparedTable[]): string {
  const differences = tables.flatMap(({ rows }) =>
    rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.difference ?? [])),
  )
  const tested = differences.filter(({ interval }) => interval !== undefined)
  if (tested.length === 0)
    return `Nothing is claimed: an interval needs ${MIN_REPEATS} repeats of each.`
  const least = `Medians over the repeats; “more” and “less” are said where the 95${NO_BREAK}% interval of the difference leaves out none.`
  if (tested.length < 20) return least
  return `${least} Of ${plural(tested.length, 'interval')} about ${formatCount(tested.length / 20)} will by chance.`
}
