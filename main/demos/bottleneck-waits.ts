/** Bottlenecks at queues, at locks and at the GIL. */
import { capitalised, formatShare, plural } from '../core/figures-format.ts'
import { sum } from '../core/statistics.ts'
import { figure, say } from '../run/sentence.ts'
import type { LaneFigures, LockFigures, QueueFigures, QueueSide } from '../trace/figures.ts'
import { LaneState, ResourceKind } from '../trace/model.ts'
import {
  ranFor,
  sleptFor,
  theOnes,
  type Bottleneck,
  type Rule,
  type SectionView,
} from './bottleneck-view.ts'
import { aliveFor, placeOf } from './verdict-parts.ts'

/**
 * Who is blocked at a queue for half of the time could do twice as much if the other side let it:
 * the other side is what limits both.
 */
const STARVED = 0.5
/** …unless that side is blocked as well: then each has its turn, and neither is the slower one. */
const CLEARLY = 2
/** What costs less than a fifth of the lanes' time would make a run faster by a quarter at most. */
export const NOTABLE = 0.2
/** A lock that is held for half of the time limits; one that is not is mostly being handed over. */
const HELD = 0.5
/** Who has it for so much longer than an equal share is worth a name. */
const MOSTLY = 1.5

export const queueRule: Rule = (view) => {
  const used = view.section.queues.filter(({ puts, gets }) => puts + gets > 0)
  const queues = used.filter(({ kind }) => kind !== ResourceKind.pipe)
  const elsewhere = waitsElsewhere(view)
  // A queue of CPython's has a pipe within it; that is looked at where there is nothing else.
  return (queues.length > 0 ? queues : used)
    .flatMap((queue) => sideRule(view, queue))
    .filter(({ lost }) => lost >= elsewhere)
}

/**
 * What the lanes lost to that of which they lost most, besides queues: of their time. A queue where
 * less is lost only shows that they are slow, and not why: they hold each other up elsewhere.
 */
function waitsElsewhere({ section, lanes, time }: SectionView): number {
  const locks = section.locks.filter(({ kind }) => kind !== ResourceKind.gil)
  const counters = (wanted: ResourceKind) => section.counters.filter(({ kind }) => kind === wanted)
  const causes = [locks, counters(ResourceKind.semaphore), counters(ResourceKind.barrier)]
  const waited = causes.map((cause) => sum(cause.map(({ waitedFor }) => waitedFor)))
  return Math.max(...waited, sum(lanes.map(({ waitedGil }) => waitedGil))) / time
}

function sideRule(view: SectionView, queue: QueueFigures): readonly Bottleneck[] {
  const getters = takingPart(view, queue.getters)
  const putters = takingPart(view, queue.putters)
  const getting = blockedShare(view, getters)
  const putting = blockedShare(view, putters)
  const name = nameOf(queue)
  if (getting >= STARVED && getting >= CLEARLY * putting && isBusy(view, putters))
    return [
      sideBottleneck(view, queue, 'sender', getters, [
        `${capitalised(theOnes('receiver', getters.length))} of ${name}`,
        getters.length === 1 ? 'was idle' : 'were idle',
        getting,
        `: ${theOnes('sender', putters.length)} ${putters.length === 1 ? 'is' : 'are'} the bottleneck${sideDoes(view, putters)}`,
      ]),
    ]
  if (putting >= STARVED && putting >= CLEARLY * getting && isBusy(view, getters))
    return [
      sideBottleneck(view, queue, 'receiver', putters, [
        `${capitalised(theOnes('sender', putters.length))} of ${name}`,
        putters.length === 1 ? 'was blocked' : 'were blocked',
        putting,
        ` because it was full: ${theOnes('receiver', getters.length)} ${getters.length === 1 ? 'is' : 'are'} the bottleneck${sideDoes(view, getters)}`,
      ]),
    ]
  return []
}

function sideBottleneck(
  { section, time }: SectionView,
  queue: QueueFigures,
  kind: 'sender' | 'receiver',
  blocked: readonly QueueSide[],
  [who, was, share, why]: readonly [string, string, number, string],
): Bottleneck {
  const [only] = blocked
  const track = blocked.length === 1 && only ? only.track : queue.track
  const place = placeOf(section, track)
  return {
    ...{ kind, place },
    words: `the ${kind}`,
    sentence: say`${who} ${was} ${figure(formatShare(share), place)} of the time${why}.`,
    lost: sum(blocked.map((side) => side.blocked)) / time,
  }
}

/** Without those of whom it is known that they only look on. */
const takingPart = ({ section, lanes }: SectionView, sides: readonly QueueSide[]) =>
  sides.filter(
    ({ track }) =>
      lanes.some((lane) => lane.track === track) ||
      !section.lanes.some((lane) => lane.track === track),
  )

/** Who waits for others for most of its time is not who keeps them waiting. */
function isBusy({ section }: SectionView, sides: readonly QueueSide[]): boolean {
  const lanes = section.lanes.filter(({ track }) => sides.some((side) => side.track === track))
  const waited = ({ byState }: LaneFigures) =>
    (byState[LaneState.waiting] ?? 0) + (byState[LaneState.queue] ?? 0)
  return sides.length > 0 && sum(lanes.map(waited)) <= STARVED * sum(lanes.map(aliveFor))
}

/** Of the time that these lanes were there, or of the section where they are not seen. */
function blockedShare({ section }: SectionView, sides: readonly QueueSide[]): number {
  const there = sides.map(({ track }) => {
    const lane = section.lanes.find((each) => each.track === track)
    return lane ? aliveFor(lane) : section.elapsed
  })
  const time = sum(there)
  return time > 0 ? Math.min(1, sum(sides.map(({ blocked }) => blocked)) / time) : 0
}

/** What keeps the slower side busy, where that is plain. */
function sideDoes({ section }: SectionView, sides: readonly QueueSide[]): string {
  const lanes = section.lanes.filter(({ track }) => sides.some((side) => side.track === track))
  const time = sum(lanes.map(aliveFor))
  const share = (of: (lane: LaneFigures) => number) => (time > 0 ? sum(lanes.map(of)) / time : 0)
  const [slept, ran] = [share(sleptFor), share(ranFor)]
  if (slept >= STARVED) return `, and slept or did I/O ${formatShare(slept)} of its time`
  return ran >= STARVED ? `, and ran ${formatShare(ran)} of its time` : ''
}

const nameOf = ({ name, kind }: QueueFigures): string =>
  kind === ResourceKind.pipe ? `pipe ${name}` : `queue ${name}`

export const lockRule: Rule = (view) =>
  view.section.locks
    .filter(({ kind }) => kind !== ResourceKind.gil)
    .flatMap((lock) => oneLock(view, lock))

function oneLock({ section, time }: SectionView, lock: LockFigures): readonly Bottleneck[] {
  const lost = lock.waitedFor / time
  const held = lock.heldFor / section.elapsed
  if (lost < NOTABLE) return []
  const row = placeOf(section, lock.track)
  const name = `lock ${lock.name}`
  const waited = figure(formatShare(lost), lock.longestAt ?? row)
  const shown = figure(formatShare(held), row)
  return held >= HELD
    ? [
        {
          ...{ kind: 'lock', words: name, lost, place: row },
          sentence: say`${capitalised(name)} was held ${shown} of the time, ${holders(lock)}, and threads waited for it ${waited} of theirs: it is the bottleneck.`,
        },
      ]
    : [
        {
          ...{ kind: 'hand-over', words: `handing ${name} over`, lost, place: row },
          sentence: say`Threads waited for ${name} ${waited} of their time, though it was held only ${shown}: handing it over is what takes the time.`,
        },
      ]
}

function holders({ users, heldFor }: LockFigures): string {
  const holding = users
    .filter(({ held }) => held > 0)
    .toSorted((one, other) => other.held - one.held)
  const [most] = holding
  if (most === undefined) return 'by whom was not seen'
  if (holding.length === 1) return `always by ${most.name}`
  const share = most.held / heldFor
  return share >= MOSTLY / holding.length
    ? `${formatShare(share)} of that by ${most.name}`
    : `by ${plural(holding.length, 'thread')} in turn`
}

export const gilRule: Rule = ({ section, lanes, time }) => {
  const lost = sum(lanes.map(({ waitedGil }) => waitedGil)) / time
  if (lost < NOTABLE) return []
  const gil = section.locks.find(({ kind }) => kind === ResourceKind.gil)
  const place = placeOf(section, gil?.track)
  return [
    {
      ...{ kind: 'GIL', words: 'the GIL', lost, place },
      sentence: say`Threads waited for the GIL ${figure(formatShare(lost), place)} of their time: it lets one of them run at a time, and is the bottleneck.`,
    },
  ]
}
