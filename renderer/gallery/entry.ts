import type { RunRequest } from '../../main/run/contract.ts'
import type { FakeOptions } from '../hosts/fake.ts'
import type { Session } from '../session/session.svelte.ts'
import type { Tab } from '../session/settings.svelte.ts'
import type { TimelineState } from '../timeline/timeline-state.svelte.ts'
import type { ScenarioName } from './scenarios.ts'
import type { SyntheticTrace } from './synthetic.ts'

interface Shown {
  /** For the address: `?entry=live`. */
  readonly id: string
  readonly title: string
  /** Size of its picture in CSS pixels; default 960 × 480. */
  readonly width?: number
  readonly height?: number
  /** It moves, or needs fonts of the machine: no picture of it is kept. */
  readonly unpictured?: true
}

/** The timeline alone. */
export interface TimelineEntry extends Shown {
  readonly kind: 'timeline'
  readonly scenario?: ScenarioName
  readonly failed?: boolean
  /** Milliseconds at which the run goes on; default: it is over. */
  readonly liveAt?: number
  /** Before the timeline is attached: what the run keeps, as notes. */
  readonly fill?: (trace: SyntheticTrace) => Promise<unknown>
  /** Brings a timeline that shows the run into the entry's state. */
  readonly prepare?: (timeline: TimelineState, trace: SyntheticTrace) => unknown
}

/** A window, or the lower pane of one, with a session over a host without a backend. */
export interface SessionEntry extends Shown {
  readonly kind: 'window' | 'pane'
  readonly options?: FakeOptions
  /** Absent: nothing has been run. */
  readonly request?: Partial<RunRequest> | undefined
  /** Absent: the welcome page. */
  readonly demo?: string | undefined
  /** Path of a recording that is opened instead. */
  readonly opens?: string
  readonly tab?: Tab
  /** Milliseconds of the run that are selected. */
  readonly range?: readonly [number, number]
  /** Line of the program that is marked, with its next span. */
  readonly line?: string
  readonly prepare?: (session: Session) => unknown
  /** What is pressed once it is shown, one after the other: selectors. */
  readonly press?: readonly string[]
}

/** How states and figures look. */
export interface SheetEntry extends Shown {
  readonly kind: 'sheet'
}

export type Entry = TimelineEntry | SessionEntry | SheetEntry
