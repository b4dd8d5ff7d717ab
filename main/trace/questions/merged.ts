/** What a column of pixels in which several spans begin says of them all. */
import { formatDuration, formatShare, plural } from '../../core/figures-format.ts'
import { nanoseconds } from '../../core/units.ts'
import type { SpanDetail } from '../../run/contract.ts'
import { Category, categoryOf, detailOf, stateOf, SUMS } from '../categories.ts'
import type { Collector } from '../collector.ts'
import { Lane } from '../lane.ts'
import { LaneState } from '../model.ts'
import type { Resource } from '../resource.ts'
import type { StepTrack } from '../steps.ts'
import { doingInWords } from '../words.ts'
import { resourceTitle, type Fact } from './facts.ts'

/** The longest is looked for among so many. */
const MAX_LOOKED_AT = 65_536

interface Column {
  readonly from: number
  readonly to: number
}

/** Undefined: there are less than two, each of which says more by itself. */
export function mergedSpans(
  collector: Collector,
  track: number,
  subject: Lane | Resource,
  column: Column,
): SpanDetail | undefined {
  const { spans } = subject
  const first = firstFrom(
    column.from,
    (time) => spans.find(time),
    (index) => spans.startOf(index),
  )
  const end = firstFrom(
    column.to,
    (time) => spans.find(time),
    (index) => spans.startOf(index),
  )
  if (end - first < 2) return undefined
  const to = Math.min(column.to, collector.newest)
  const sums = spans.sumsAt(to)
  const before = spans.sumsAt(column.from)
  const times = Array.from({ length: SUMS - 1 }, (_, category) => ({
    category,
    time: (sums[category] ?? 0) - (before[category] ?? 0),
  }))
    .filter(({ time }) => time > 0)
    .sort((one, other) => other.time - one.time)
  const words = (category: number, detail: number) =>
    subject instanceof Lane
      ? inLane(category, collector.resources.get(detail))
      : resourceTitle(subject, category)
  const facts: Fact[] = times.map(({ category, time }) => ({
    label: subject instanceof Lane ? kindInWords(category) : resourceTitle(subject, category),
    value: `${formatDuration(time)}, ${formatShare(time / (to - column.from))}`,
  }))
  return {
    track,
    from: nanoseconds(column.from),
    to: nanoseconds(to),
    state: stateOf(times[0]?.category ?? Category.none),
    title: plural(end - first, 'span'),
    facts: [...facts, ...longestOf(subject, first, end, collector.newest, words)],
  }
}

const inLane = (category: number, resource: Resource | undefined): string =>
  category === Category.none ? 'Not alive' : doingInWords(category, resource)

/** As the categories of a whole column are called, whatever they are about. */
function kindInWords(category: number): string {
  switch (category) {
    case Category.none:
      return 'Not alive'
    case Category.waitingLock:
      return 'Waiting for locks'
    case Category.waitingPut:
      return 'Blocked in put'
    case Category.waitingGet:
      return 'Blocked in get'
    case Category.waitingEvent:
      return 'Waiting for others'
    default:
      return doingInWords(category, undefined)
  }
}

function longestOf(
  { spans }: Lane | Resource,
  first: number,
  end: number,
  newest: number,
  words: (category: number, detail: number) => string,
): Fact[] {
  const stop = Math.min(end, first + MAX_LOOKED_AT)
  let [longest, info] = [-1, 0]
  let [since, sinceInfo] = [NaN, 0]
  const endAt = (time: number) => {
    if (time - since > longest) [longest, info] = [time - since, sinceInfo]
  }
  spans.visit(first, stop, ({ starts, infos }, at, index) => {
    endAt(starts[at] ?? 0)
    if (index < stop) [since, sinceInfo] = [starts[at] ?? 0, infos[at] ?? 0]
  })
  if (stop >= spans.count) endAt(newest)
  if (longest < 0) return []
  const what = words(categoryOf(info), detailOf(info))
  return [
    {
      label: stop < end ? `Longest of the first ${plural(MAX_LOOKED_AT, 'span')}` : 'Longest',
      value: `${what}, ${formatDuration(longest)}`,
    },
  ]
}

/** The same of a queue or a counter. */
export function mergedSteps(
  collector: Collector,
  track: number,
  { depth }: Resource,
  isQueue: boolean,
  column: Column,
): SpanDetail | undefined {
  const first = firstFrom(
    column.from,
    (time) => depth.find(time),
    (index) => depth.timeOf(index),
  )
  const end = firstFrom(
    column.to,
    (time) => depth.find(time),
    (index) => depth.timeOf(index),
  )
  const count = end - first
  if (count < 2) return undefined
  const rises = depth.risesAt(end - 1) - depth.risesAt(first - 1)
  const range = { minimum: Infinity, maximum: 0 }
  depth.widen(range, first, end - 1)
  return {
    track,
    from: nanoseconds(column.from),
    to: nanoseconds(Math.min(column.to, collector.newest)),
    state: LaneState.none,
    title: plural(count, isQueue ? 'put or get' : 'change', isQueue ? 'puts and gets' : 'changes'),
    facts: [
      { label: isQueue ? 'Puts' : 'Up', value: plural(rises, 'time') },
      { label: isQueue ? 'Gets' : 'Down', value: plural(count - rises, 'time') },
      { label: isQueue ? 'Depth' : 'Value', value: fromTo(range.minimum, range.maximum) },
      meanFact(depth, column, collector.newest),
    ],
  }
}

const fromTo = (least: number, most: number): string =>
  least === most ? String(least) : `${least} to ${most}`

function meanFact(steps: StepTrack, { from, to }: Column, newest: number): Fact {
  const end = Math.min(to, newest)
  const integral = (time: number) => steps.integralAt(time, steps.find(time))
  const mean = end > from ? (integral(end) - integral(from)) / (end - from) : 0
  return { label: 'Mean', value: mean.toFixed(mean < 10 ? 2 : 1) }
}

/** Index of the first entry at or after `time`. */
function firstFrom(
  time: number,
  find: (time: number) => number,
  startOf: (index: number) => number,
): number {
  let index = find(time)
  while (index >= 0 && startOf(index) === time) index--
  return index + 1
}
