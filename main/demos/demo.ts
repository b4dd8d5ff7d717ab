import type {
  CaseMeasure,
  Deadlock,
  Engine,
  Explanation,
  PythonStatus,
  Sentence,
  TablesAnswer,
  Verdict,
} from '../run/contract.ts'
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
  /**
   * Threads that a section starts beside its main one, at most at a time: they are made ready before
   * the clock runs. Absent: parameter `threads`, or one.
   */
  threads?(parameters: Parameters): number
  /** What is compared where several cases were run; absent: the time that a section took. */
  readonly figure?: DemoFigure
  /**
   * What a section takes at least, beside the memory of its threads; absent: nothing worth a refusal.
   * @param processors of the machine; absent: any number.
   */
  estimate?(
    parameters: Parameters,
    variant: string,
    engine?: Engine['kind'],
    processors?: number,
  ): Estimate
  /** What the run says to a question of the manifest; undefined: it cannot tell. */
  answer?(question: string, input: VerdictInput): MeasuredAnswer | undefined
}

/** A figure of a section, such as a rate or a latency. */
export interface DemoFigure extends CaseMeasure {
  /** In the unit of `CaseMeasure`; undefined: this section does not show it. */
  of(section: SectionFigures, parameters: Parameters): number | undefined
}

/** Lower bounds that follow from the parameters alone. */
export interface Estimate {
  readonly seconds: number
  /** Memory needed at one time. */
  readonly bytes: number
}

export interface MeasuredAnswer {
  /** Id of an option. */
  readonly option: string
  /** Why, with the figures that say it. */
  readonly because: Sentence
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
  /** The one that the run was stopped in. */
  readonly deadlock?: Deadlock
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
