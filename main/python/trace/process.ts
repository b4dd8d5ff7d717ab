/** What is known of one process of a program, its threads, and the sources that they write into. */
import type { GilSource } from '../../trace/model.ts'
import type { SourceQueue } from '../../trace/source-queue.ts'
import type { ProcessSamples } from '../sampler/samples.ts'
import type { Frame } from './frame.ts'
import type { TraceFile } from './trace-file.ts'
import type { Weave } from './weave.ts'

/** A source of the run: of one thread or task at a time. */
export interface Source {
  readonly id: number
  readonly frame: Frame
}

/** A thread, or a task within one: what has a row. */
export interface Strand {
  /** By which its thread switches to it; 0: the thread's own. */
  readonly task: number
  /** Of the run. */
  ident: number
  source: Source | undefined
  state: 'expected' | 'alive' | 'ended'
}

/** A thread of a process. */
export interface Thread {
  readonly process: Process
  /** Within the process; from 1. */
  readonly number: number
  readonly queue: SourceQueue
  /** The thread's own, which number 0 stands for. */
  readonly own: Strand
  /** Its tasks that have not ended, by number. */
  readonly tasks: Map<number, Strand>
  native: number
  /** Address of its PyThreadState; 0: not known. */
  threadState: number
  /** Of which the events are that follow. */
  current: Strand
}

export interface Process {
  readonly file: TraceFile
  readonly pid: number
  readonly parent: Process | undefined
  name: string
  readonly threads: Map<number, Thread>
  /** By number of the thread or task within the process. */
  readonly idents: Map<number, number>
  /** Ident of its main thread; 0: not known yet. */
  main: number
  readonly sources: Source[]
  /** Those whose thread has ended. */
  readonly free: Source[]
  /** Numbers of the run, by the process's own. */
  readonly resources: Map<number, number>
  readonly declared: Map<number, Declaration>
  /** Where its samples stand among the merged; undefined: it is not sampled. */
  sampled: Sampled | undefined
  /** In a free-threaded build it may be switched on. */
  gilIsOn: boolean
  /** Time of its last event. */
  lastEvent: number
  /** Of the drops, those that were told. */
  dropped: number
  /** Exit code, as it said itself when its script had ended. */
  said: number | undefined
  /** Its main thread has said how it ended. */
  hasEndedItself: boolean
  /** Numbers of threads that have ended and write nothing more. */
  readonly endedThreads: Set<number>
  state: 'alive' | 'ended' | 'closed'
}

/** What the sampler tells of a process. */
export interface Sampled {
  readonly queue: SourceQueue
  /** Records on their way to the queue. */
  readonly frame: Frame
  /** Number of the GIL among the run's resources. */
  readonly gil: number
  readonly weave: Weave<Thread>
  /** Up to here all has been told. */
  until: number
  latest: ProcessSamples | undefined
  /** What the run was told of the GIL; undefined: nothing. */
  declared: GilSource | undefined
}

export interface Declaration {
  readonly kind: number
  readonly capacity: number
  /** Name, newline, place. */
  readonly text: string
  /** Known to several processes by it; '': to this one alone. */
  readonly key: string
}
