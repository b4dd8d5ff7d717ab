import type { Verdict } from '../run/contract.ts'
import type { SectionFigures } from '../trace/figures.ts'
import type { DemoManifest, Parameters } from './manifest.ts'

/** A demo as the runner and the hosts know it; its program is loaded by the threads that run it. */
export interface Demo {
  readonly manifest: DemoManifest
  /** What progress counts: `counts`, `items`, `rounds`. */
  readonly unit: string
  /** Units of work in one section. */
  work(parameters: Parameters, variant: string): number
  /** A pure function of what was measured: same figures, same words. */
  judge(input: VerdictInput): Verdict
}

export interface VerdictInput {
  readonly variant: string
  readonly parameters: Parameters
  /** All sections that ran to their end, baseline's and variant's, in the order they ran. */
  readonly sections: readonly SectionFigures[]
  /** The run was stopped or failed before its last section ended. */
  readonly cutShort: boolean
}
