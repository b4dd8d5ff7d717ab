/**
 * The one contract between the renderer (or the command line) and a run. Both ends derive their
 * types from this file and its parts (*-contract.ts), which it passes on; wire.ts encodes it and
 * checks it in both directions.
 *
 * A port (MessagePort in Electron, WebSocket in the web host) carries `ToRun` one way and
 * `FromRun` the other, each as one MessagePack message. Queries are answered in any order,
 * matched by id; a client that is slow simply asks less often, so nothing queues up for it.
 */
import type { Nanoseconds, TimeRange } from '../core/units.ts'
import type { DemoManifest } from '../demos/manifest.ts'
import type { SectionFigures } from '../trace/figures.ts'
import type {
  ActivityAnswer,
  ActivityQuery,
  DistributionAnswer,
  LinesAnswer,
  OptionalRange,
  SeriesAnswer,
  SeriesQuery,
  TablesAnswer,
} from './figures-contract.ts'
import type { RunStatus } from './status-contract.ts'
import type {
  CriticalPathAnswer,
  FlowsAnswer,
  FlowsQuery,
  InspectQuery,
  MinimapAnswer,
  NeighbourQuery,
  Note,
  SearchAnswer,
  SpanDetail,
  TrackInfo,
  ViewAnswer,
  ViewQuery,
} from './timeline-contract.ts'
import type { Verdict } from './verdict-contract.ts'

export type { TimeRange } from '../core/units.ts'
export * from './figures-contract.ts'
export * from './own-contract.ts'
export * from './python-contract.ts'
export * from './status-contract.ts'
export * from './timeline-contract.ts'
export * from './verdict-contract.ts'

export interface OutputLine {
  readonly time: Nanoseconds
  /** Name of the lane that printed it; `Interleave` for the runner's own words. */
  readonly lane: string
  readonly stream: 'out' | 'error'
  readonly text: string
  /** No newline followed it. Told of a live run alone. */
  readonly isOpen?: true
}

export interface OutputAnswer {
  /** Lines from `after` on, and the number of lines there are. */
  readonly lines: readonly OutputLine[]
  readonly total: number
}

/** One timed section: a variant, once. */
export interface Measurement {
  /** With a sweep or a twin: `variant?threads=2@engine` (main/run/section-label.ts). */
  readonly variant: string
  readonly repeat: number
  readonly from: Nanoseconds
  readonly elapsed: Nanoseconds
}

/** All that was measured of a section but what it printed: what comparisons are made of. */
export type MeasuredSection = Omit<SectionFigures, 'output'>

/** Everything about a run that is over; also what `run --json` prints and the export writes. */
export interface RunSummary {
  readonly status: RunStatus
  readonly measurements: readonly Measurement[]
  readonly verdict: Verdict
  readonly tables: TablesAnswer
  readonly environment: Environment
}

export interface Environment {
  readonly platform: string
  readonly node: string
  readonly electron?: string
  readonly processors: number
  readonly startedAt: string
}

/** Every query with its answer. */
export interface Queries {
  view: { query: ViewQuery; answer: ViewAnswer }
  minimap: { query: TimeRange & { readonly width: number }; answer: MinimapAnswer }
  inspect: { query: InspectQuery; answer: SpanDetail | null }
  neighbour: { query: NeighbourQuery; answer: SpanDetail | null }
  tables: { query: OptionalRange; answer: TablesAnswer }
  series: { query: SeriesQuery; answer: SeriesAnswer }
  activity: { query: ActivityQuery; answer: ActivityAnswer }
  distribution: { query: OptionalRange & { readonly track: number }; answer: DistributionAnswer }
  flows: { query: FlowsQuery; answer: FlowsAnswer }
  criticalPath: { query: TimeRange; answer: CriticalPathAnswer }
  search: { query: { readonly text: string }; answer: SearchAnswer }
  lines: { query: Record<string, never>; answer: LinesAnswer }
  /** Ordered by time. */
  notes: { query: Record<string, never>; answer: readonly Note[] }
  /** Refused when there are MAX_NOTES, or the recording cannot be written. */
  addNote: { query: Omit<Note, 'id'>; answer: Note }
  removeNote: { query: { readonly id: number }; answer: null }
  output: { query: { readonly after: number }; answer: OutputAnswer }
  /** Those that ran to their end so far, in order. */
  sections: { query: Record<string, never>; answer: readonly MeasuredSection[] }
  /** Null until the run is over. */
  summary: { query: Record<string, never>; answer: RunSummary | null }
}
export type QueryName = keyof Queries
export type Query<Name extends QueryName> = Queries[Name]['query']
export type Answer<Name extends QueryName> = Queries[Name]['answer']

export type ToRun = {
  [Name in QueryName]: {
    readonly type: 'query'
    readonly id: number
    readonly name: Name
    readonly query: Query<Name>
  }
}[QueryName]

export type FromRun =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly message: string }
  /** At once on attaching, on every change of state, and at most ten times a second. */
  | { readonly type: 'status'; readonly status: RunStatus }
  /** At once on attaching, and whenever a row appears or changes its name. */
  | { readonly type: 'tracks'; readonly tracks: readonly TrackInfo[] }

/** What the catalogue shows, and where. */
export interface Catalogue {
  /** Where a script of the user's may be named: in a dialog of the system, or typed. */
  readonly scripts: 'dialog' | 'typed'
  readonly demos: readonly DemoManifest[]
  readonly environment: Environment
}

/** A file in the recordings folder. */
export interface RecordingInfo {
  /** File name. */
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** When it was last written: milliseconds since 1970. */
  readonly modified: number
  /** Of what was recorded; '' where the file does not say it. */
  readonly demo: string
  readonly variant: string
}

/** Recordings that can be open beside what is held, to be compared with it. */
export const MOST_GUESTS = 5

/** So many of them are listed, the newest. */
export const RECORDINGS_LISTED = 100

/** A run as the host knows it: enough for a reloaded window to find it again. */
export interface RunInfo {
  readonly id: string
  readonly status: RunStatus
}
