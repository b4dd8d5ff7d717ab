import type { OwnDemoData } from '../../demos/own/own-data.ts'
import type { Broken } from './fault.ts'
import type { SeenFiles } from './seen-files.ts'

/** What the loader is asked, as its arguments: all paths absolute. */
export interface LoadTask {
  readonly id: string
  /** The demo's file. */
  readonly path: string
  readonly folder: string
  /** An empty folder for the modules. */
  readonly out: string
}

/** What it found. */
export type Loaded =
  | {
      readonly type: 'demo'
      readonly data: OwnDemoData
      /** URL of the module that threads import. */
      readonly module: string
      /** All its files: when one changes, it is loaded again. */
      readonly files: SeenFiles
    }
  | { readonly type: 'broken'; readonly broken: Broken; readonly files: SeenFiles }
