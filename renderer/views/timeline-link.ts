import type { Nanoseconds } from '../../main/core/units.ts'
import type { SpanDetail, TimeRange } from '../../main/run/contract.ts'

/** The timeline as the lower pane needs it; TimelineState is one. */
export interface TimelineLink {
  /** Track that the keyboard or a table points at. */
  highlighted: number | undefined
  /** Charts and tables are about this range; undefined: the whole run. */
  readonly selectedRange?: TimeRange | undefined
  readonly selected?: { clear(): void }
  /** Where the pointer is. Track 0: at this moment, in no row. */
  hover:
    | {
        readonly track: number
        readonly time: Nanoseconds
        readonly detail: SpanDetail | undefined
      }
    | undefined
  /** Selects what a lane did then. */
  selectAt(track: number, time: Nanoseconds): Promise<void>
  fitSelection(): void
}
