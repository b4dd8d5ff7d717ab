/** As what the states and waits of the event model are drawn. */
import { LaneState, ResourceKind, Wait } from './model.ts'
import { Category } from './spans.ts'

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
