/** What is known of one process of a program, its threads, and the sources that they write into. */
import type { SourceQueue } from '../../trace/source-queue.ts'
import type { Frame } from './frame.ts'
import type { TraceFile } from './trace-file.ts'

/** A source of the run: of one thread or task at a time. */
export interface Source {
  readonly id: number
  readonly frame: Frame
}

/** A thread, or a task within one: what has a row. */
export interface Strand {
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
  /** Its tasks, by number. */
  readonly tasks: Map<number, Strand>
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

export interface Declaration {
  readonly kind: number
  readonly capacity: number
  /** Name, newline, place. */
  readonly text: string
  /** Known to several processes by it; '': to this one alone. */
  readonly key: string
}
