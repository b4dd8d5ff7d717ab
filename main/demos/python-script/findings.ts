/** What the figures of a script show: each finding as sentences, or as none where there is none. */
import { formatCount, formatDuration, formatShare, plural } from '../../core/figures-format.ts'
import { sum } from '../../core/statistics.ts'
import type { TablesAnswer } from '../../run/contract.ts'
import type { LaneFigures, QueueFigures, SectionFigures } from '../../trace/figures.ts'
import { LaneState, ResourceKind } from '../../trace/model.ts'
import * as parts from '../verdict-parts.ts'

/** What a section and the tables both know of a lane. */
export type Lane = Pick<LaneFigures, 'name' | 'pid' | 'byState' | 'waitedGil' | 'waitedLock'>

/** So many lanes are told of, those that ran longest first. */
const TOLD = 3
/** What takes less of a lane's time is left out. */
const NOTABLE = 0.03

const inState = ({ byState }: Lane, state: LaneState): number => byState[state] ?? 0
const ranFor = (lane: Lane): number =>
  inState(lane, LaneState.running) + inState(lane, LaneState.holding)

/** What a lane can spend its time on, in words that follow its name. */
const DOINGS: readonly (readonly [string, (lane: Lane) => number])[] = [
  ['ran', ranFor],
  ['waited for the GIL', (lane) => lane.waitedGil],
  ['waited for locks', (lane) => lane.waitedLock],
  ['was blocked in queues', (lane) => inState(lane, LaneState.queue)],
  ['waited for a processor', (lane) => inState(lane, LaneState.processor)],
  ['slept or did I/O', (lane) => inState(lane, LaneState.sleeping)],
  ['was idle or joined others', (lane) => inState(lane, LaneState.idle)],
]

/** Where the time went: `Thread-1 ran 49 % and waited for the GIL 51 % of its 2.10 s.` */
export function laneSentences(lanes: readonly Lane[]): string[] {
  const sorted = lanes
    .filter((lane) => parts.aliveFor(lane) > 0)
    .toSorted((one, other) => ranFor(other) - ranFor(one))
  const others = sorted.length - TOLD
  return [
    ...sorted.slice(0, TOLD).map(laneSentence),
    ...(others > 0 ? [`${plural(others, 'other thread')} ran less than these.`] : []),
  ]
}

function laneSentence(lane: Lane): string {
  const alive = parts.aliveFor(lane)
  const words = DOINGS.map(([what, figure]) => ({ what, share: figure(lane) / alive }))
    .filter(({ share }) => share >= NOTABLE)
    .map(({ what, share }) => `${what} ${formatShare(share)}`)
  return `${nameOf(lane)} ${listed(words)} of its ${formatDuration(alive)}.`
}

const nameOf = ({ name }: Lane): string => (name === '' ? 'A thread without a name' : name)

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1)
  if (last === undefined) return 'did nothing notable'
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** What the GIL cost; nothing where there was none. */
export function gilSentences(lanes: readonly Lane[], section: SectionFigures | undefined) {
  const waited = sum(lanes.map(({ waitedGil }) => waitedGil))
  const wanted = waited + sum(lanes.map(ranFor))
  const gils = section?.locks.filter(({ kind }) => kind === ResourceKind.gil) ?? []
  if (wanted === 0 || (waited === 0 && gils.length === 0)) return []
  const switches = sum(gils.map((gil) => gil.switches))
  const changed =
    switches === 0
      ? ''
      : `; it changed hands ${switches === 1 ? 'once' : `${formatCount(switches)} times`}`
  const share = waited / wanted
  const meaning =
    share < NOTABLE
      ? 'the GIL held nobody up'
      : 'with processes, or without a GIL, that time could be spent in parallel'
  return [
    `Of the time that threads ran or wanted to, they waited for the GIL ${formatShare(share)}${changed}: ${meaning}.`,
  ]
}

/** A queue that keeps somebody waiting: who of the two sides is the slower one. */
export function queueSentences(section: SectionFigures | undefined): string[] {
  if (section === undefined || section.elapsed <= 0) return []
  return section.queues
    .filter(({ puts, gets }) => puts + gets > 0)
    .toSorted((one, other) => blocked(other) - blocked(one))
    .slice(0, TOLD)
    .map((queue) => queueSentence(queue, section.elapsed))
}

const blocked = ({ blockedInGet, blockedInPut }: QueueFigures): number =>
  blockedInGet + blockedInPut

/** A side that is blocked this much longer than the other waits for it. */
const CLEARLY = 2

function queueSentence(queue: QueueFigures, elapsed: number): string {
  const { blockedInGet, blockedInPut, left } = queue
  const name = queue.name === '' ? 'The queue' : `Queue ${queue.name}`
  const undelivered = left > 0 ? `; ${plural(left, 'item')} stayed in it` : ''
  if (blockedInGet > CLEARLY * blockedInPut && blockedInGet >= NOTABLE * elapsed)
    return `${name}: the receiver was idle ${idle(blockedInGet, elapsed)}: the sender is the bottleneck${undelivered}.`
  if (blockedInPut > CLEARLY * blockedInGet && blockedInPut >= NOTABLE * elapsed)
    return `${name}: the sender was blocked ${idle(blockedInPut, elapsed)} because it was full: the receiver is the bottleneck${undelivered}.`
  const depth = formatCount(queue.maximumDepth)
  return left > 0 && left * CLEARLY > queue.puts
    ? `${name}: ${plural(queue.puts, 'item was', 'items were')} put and ${formatCount(queue.gets)} taken, at most ${depth} lay in it: the receiver is the bottleneck${undelivered}.`
    : `${name}: ${plural(queue.puts, 'put')}, ${plural(queue.gets, 'get')}, at most ${depth} deep; neither side held the other up for long${undelivered}.`
}

/** Several receivers may be idle at once: then not a share of the time, but how long in all. */
const idle = (time: number, elapsed: number): string =>
  time <= elapsed ? formatShare(time / elapsed) : `for ${formatDuration(time)} in all`

export interface Longest {
  readonly duration: number
  readonly sentence: string
}

/** Of the waits for locks that have ended; those for the GIL are many and short. */
export function longestWait({ locks, lanes }: TablesAnswer): Longest | undefined {
  const named = (track: number) => lanes.find((lane) => lane.track === track)?.name
  const [longest] = locks
    .filter(({ kind }) => !/gil/i.test(kind))
    .flatMap((lock) => lock.longest.map((wait) => ({ lock, ...wait })))
    .toSorted((one, other) => other.duration - one.duration)
  if (longest === undefined) return undefined
  const { lock, duration } = longest
  const made = lock.madeAt === '' ? '' : ` (${lock.madeAt})`
  const holder = named(longest.holder)
  const ender = named(longest.ender)
  const held =
    holder !== undefined
      ? `, which ${holder} held`
      : ender !== undefined
        ? `, until ${ender} released it`
        : ''
  return {
    duration,
    sentence: `The longest wait for a lock: ${named(longest.track) ?? 'a thread'} waited ${formatDuration(duration)} for ${lock.name}${made}${held}.`,
  }
}
