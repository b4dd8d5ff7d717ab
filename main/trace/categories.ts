/** What time is summed by, the word that a span keeps about it, and where it comes from. */
import { LaneState, MAX_RESOURCE, ResourceKind, Wait } from './model.ts'

/** What time is summed by. The first eight are LaneState; the others tell waits apart. */
export const Category = {
  none: 0,
  running: 1,
  waitingLock: 2,
  holding: 3,
  waitingPut: 4,
  processor: 5,
  sleeping: 6,
  idle: 7,
  waitingGil: 8,
  waitingGet: 9,
  waitingEvent: 10,
} as const
export type Category = (typeof Category)[keyof typeof Category]
const CATEGORIES = 11
/** A row of sums: nanoseconds by category, then how many spans of contention began. */
export const WAITS = CATEGORIES
export const SUMS = CATEGORIES + 1

const STATE_OF_CATEGORY: readonly LaneState[] = [
  ...([0, 1, 2, 3, 4, 5, 6, 7] as const),
  LaneState.waiting,
  LaneState.queue,
  LaneState.idle,
]
export const stateOf = (category: number): LaneState => STATE_OF_CATEGORY[category] ?? 0

/** For a lock, the GIL or a queue: what a search for contention finds in a lane. */
export const isWait = (category: number): boolean => ((WAITING >>> category) & 1) === 1

const WAITING =
  (1 << Category.waitingLock) |
  (1 << Category.waitingGil) |
  (1 << Category.waitingPut) |
  (1 << Category.waitingGet)

/** Info word of a span: detail in the low 24 bits, category in 4, ending in 4. */
export const infoOf = (category: number, detail: number): number =>
  ((category << 24) | (detail & MAX_RESOURCE)) >>> 0
export const categoryOf = (info: number): number => (info >>> 24) & 15
export const detailOf = (info: number): number => info & MAX_RESOURCE
/** How a wait ended: 0 not yet or not known, else 1 + WaitOutcome; 8: the GIL was asked for. */
export const endingOf = (info: number): number => info >>> 28
export const DROP_REQUESTED = 8

export const categoryOfState = (state: number): Category => {
  switch (state) {
    case LaneState.running:
    case LaneState.holding:
      return Category.running
    case LaneState.waiting:
      return Category.waitingLock
    case LaneState.queue:
      return Category.waitingGet
    case LaneState.processor:
      return Category.processor
    case LaneState.sleeping:
      return Category.sleeping
    case LaneState.idle:
      return Category.idle
    default:
      return Category.none
  }
}

/** @param kind of the resource that is waited for. */
export function categoryOfWait(why: number, kind: ResourceKind): Category {
  if (why === Wait.put) return Category.waitingPut
  if (why === Wait.get) return Category.waitingGet
  // For an event, a notification, the others at a barrier, results: nobody holds what is waited for.
  if (why >= Wait.event) return Category.waitingEvent
  return kind === ResourceKind.gil ? Category.waitingGil : Category.waitingLock
}
