/** What lies over the rows besides their spans. Plain data: the state fills it, paint/ draws it. */
import type {
  CriticalPathAnswer,
  FlowsAnswer,
  Note,
  SearchMatch,
  TimeRange,
} from '../../main/run/contract.ts'

export interface Marks {
  /** The selected range: on the rows, the axis and the minimap. */
  readonly range: TimeRange | undefined
  /** Ordered by time. */
  readonly notes: readonly Note[]
  /** Id of the note that is selected. */
  readonly note: number | undefined
  /** Where a note is being written. */
  readonly draft: TimeRange | undefined
  readonly matches: readonly SearchMatch[]
  /** Index of the match that is shown. */
  readonly match: number | undefined
  readonly path: CriticalPathAnswer | undefined
  /** Index of the path's segment that is selected. */
  readonly segment: number | undefined
  /** Items on their way; absent while there are too many to draw. */
  readonly flows: FlowsAnswer | undefined
  /** Index of the flow that is selected or pointed at. */
  readonly flow: number | undefined
}
