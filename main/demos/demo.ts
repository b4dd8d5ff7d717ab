import type { Explanation, PythonStatus, TablesAnswer, Verdict } from '../run/contract.ts'
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
  /** What ran it: of a twin run both, the first one first. Absent: Node, or it is not known. */
  readonly engines?: readonly EngineFacts[]
  /** Processors that each of `sections` truly used, where that was measured. */
  readonly processors?: readonly (number | undefined)[]
  /** Of the whole run. */
  readonly tables?: TablesAnswer
}

/** An engine of a run, as far as verdicts differ by it. */
export interface EngineFacts {
  readonly kind: 'node' | 'cpython'
  /** As in the labels of sections: `CPython 3.13.0 free-threaded`. */
  readonly label: string
  /** `3.13.0`; '' where it is not known, and of Node. */
  readonly version: string
  readonly freeThreaded: boolean
  /** Threads had one GIL; of Node the variant decides: false. */
  readonly gil: boolean
  readonly startMethod: string
  readonly reading?: PythonStatus['reading']
  readonly exit?: PythonStatus['exit']
  readonly explanation?: Explanation
}
