/** A demo of the user's own, as far as it can travel: all but its program. */
import type { CaseMeasure } from '../../run/contract.ts'
import type { DemoManifest } from '../manifest.ts'

export interface OwnDemoData {
  readonly manifest: DemoManifest
  /** What progress counts. */
  readonly unit: string
  /** Parameters whose product is the work of a section; empty: it is not known. */
  readonly work: readonly string[]
  readonly figure?: PrintedFigure
}

/** A figure that the program prints. */
export interface PrintedFigure extends CaseMeasure {
  /** Source and flags of the expression that finds it in a line. */
  readonly printed: string
  readonly flags: string
}
