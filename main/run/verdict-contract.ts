/** The part of the contract that a run's verdict is made of. */
import type { TimeRange } from '../core/units.ts'

/** What was found, in words and figures computed from the recording. */
export interface Verdict {
  /** How the finding stands to the demo's expectation; `open`: nothing can be said. */
  readonly judgement: 'as expected' | 'not as expected' | 'no difference shown' | 'open'
  readonly headline: string
  /** The same words, with the places of its figures (`headed` in main/run/sentence.ts). */
  readonly linkedHeadline?: Sentence
  readonly sentences: readonly Sentence[]
  readonly evidence: readonly Evidence[]
  /** Ratio of the variant to its baseline, with its 95 % interval, where both were measured. */
  readonly ratio?: Interval & {
    readonly of: string
    readonly to: string
    /** Of what it is, capitalised; absent: of the sections' times. */
    readonly what?: string
  }
  readonly cases?: CaseTable
  readonly answers?: readonly QuestionAnswer[]
}

/** Words, and figures that tell where they were measured (`sentenceText` in main/run/sentence.ts). */
export type Sentence = string | readonly (string | LinkedFigure)[]

export interface LinkedFigure {
  readonly text: string
  readonly place: TimelinePlace
}

/** A stretch of the timeline; where a row is meant, that row. */
export interface TimelinePlace extends TimeRange {
  readonly track?: number
}

/** A row of figures beside the words. */
export interface Evidence {
  readonly label: string
  readonly value: string
  /** Where it was measured; of a median: the section whose figure is nearest to it. */
  readonly place?: TimelinePlace
}

/** What is compared between cases. */
export interface CaseMeasure {
  /** Capitalised: `Time`, `Latency, 99th percentile`, `Items a second`. */
  readonly what: string
  readonly unit: 'ns' | '/s' | 'bytes' | 'bytes/s' | ''
  readonly better: 'less' | 'more'
}

/** What the cases of a run measured, where they were more than a variant and its baseline. */
export interface CaseTable {
  readonly measure: CaseMeasure
  /** In the order of the request; each is compared with the first one of the same swept values. */
  readonly cases: readonly CaseFigure[]
  /** Of a sweep over the number of lanes with enough points: one for each variant. */
  readonly laws?: readonly FittedLaw[]
}

export interface CaseFigure {
  /** Label of its sections (main/run/section-label.ts). */
  readonly label: string
  /** One a repeat, in order. */
  readonly values: readonly number[]
  readonly median: number
  /** 95 % interval of the median; absent with fewer than five repeats. */
  readonly interval?: Interval
  /** To the case it is compared with; absent of that one itself, and with too few repeats. */
  readonly ratio?: Interval
  /** What its lanes waited for most, in a few words; '' where nothing stands out. */
  readonly bottleneck: string
  readonly place: TimelinePlace
}

/** Amdahl's law or the universal scalability law as it fits the work done a second (main/core/scaling.ts). */
export interface FittedLaw {
  readonly variant: string
  readonly law: 'Amdahl' | 'Gunther'
  /** α: share of the work that only one lane at a time can do, with its 95 % interval. */
  readonly contention: Interval
  /** β: what lanes pay to agree with each other; 0 under Amdahl's law. */
  readonly coherence: Interval
  /** Lanes with the most work a second; absent where it grows on. */
  readonly peak?: Interval
  /** The law and its 95 % band, units of work a second, at each number of lanes. */
  readonly lanes: readonly number[]
  readonly predicted: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** What was asked before the run, and what it measured. */
export interface QuestionAnswer {
  readonly question: string
  /** Id of the option that is true here. */
  readonly option: string
  readonly because: Sentence
}

export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}
