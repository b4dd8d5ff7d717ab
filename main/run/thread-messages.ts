/** What workers and their thread host tell each other. */
import type { LaneEnd, OutputStream } from '../trace/model.ts'
import type { ThreadJob } from '../threading/runtime.ts'

/** A worker's `workerData`. */
export interface WorkerSetup {
  /** Prefix of the mailboxes' names, unique within the process. */
  readonly host: string
  readonly slot: number
  readonly control: SharedArrayBuffer
  readonly lives: SharedArrayBuffer
  readonly parking: SharedArrayBuffer
  /** Alive at a time. */
  readonly maxThreads: number
  /** Undefined: tracing is off. */
  readonly ring: SharedArrayBuffer | undefined
}

/** What the host must know of a thread to end it properly when its worker dies. */
export type ThreadRecord = Pick<ThreadJob, 'ident' | 'serial' | 'name' | 'daemon' | 'gil'>

export interface ThreadError {
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Innermost line of the program: `program.ts:12`; '' when the stack does not say. */
  readonly at: string
  /** Of a thread that called process.exit. */
  readonly exitCode?: number
}

export interface ThreadOutcome {
  readonly ident: number
  readonly name: string
  readonly end: LaneEnd
  /** What it threw, or why its worker died. */
  readonly error?: ThreadError
  /** What a program's main thread gave to `exit`: the exit code of its process. */
  readonly exitCode?: number
}

export type FromWorker =
  /** It is parked for the first time. */
  | { readonly type: 'ready' }
  /** This thread has handed a job to the worker of `slot`. */
  | { readonly type: 'claimed'; readonly slot: number; readonly thread: ThreadRecord }
  | { readonly type: 'ended'; readonly outcome: ThreadOutcome }
  /** A line or more that was printed at this time, where nothing is recorded. */
  | {
      readonly type: 'output'
      readonly at: bigint
      readonly stream: OutputStream
      readonly text: string
    }
  /** No worker was parked: a thread waits for one more. */
  | { readonly type: 'grow' }
