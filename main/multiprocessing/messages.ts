/**
 * Everything a child process and its runner say to each other; message-codec.ts writes it in frames.
 */
import type { LaneEnd, OutputStream } from '../trace/model.ts'
import type { FromCallServer, ToCallServer } from './calls/call-messages.ts'
import type { ProcessJob } from './job.ts'
import type { ProcessReport, ProcessRequest } from './process-messages.ts'

/** Changes whenever a message changes. A child of another version is refused. */
export const PROTOCOL_VERSION = 5

/** About queues, from a process to the broker. */
export type ToBroker =
  /** A thread of the process has made a queue. */
  | {
      readonly type: 'open'
      readonly queue: number
      readonly maxsize: number
      readonly name: string
    }
  /** Items, as records (records.ts); a record may be cut anywhere and go on in the next message. */
  | { readonly type: 'put'; readonly queue: number; readonly bytes: Uint8Array }
  /**
   * What the process has taken; up to how many items threads of it wait for, and up to how many it
   * accepts if it is the only reader; how many places in a bounded queue it asks for. All four are
   * totals since the beginning, so that a later message replaces an earlier one.
   */
  | {
      readonly type: 'want'
      readonly queue: number
      readonly taken: number
      readonly waiting: number
      readonly limit: number
      readonly places: number
    }
  /**
   * The answer to `recall`: of the `received` items all beyond `taken` go back to the queue, and
   * so do all places beyond `places`.
   */
  | {
      readonly type: 'unget'
      readonly queue: number
      readonly taken: number
      readonly received: number
      readonly places: number
    }
  | { readonly type: 'probe'; readonly queue: number; readonly probe: number }
  /** Of a Pipe: whether the process has open ends that read and that write. */
  | {
      readonly type: 'ends'
      readonly queue: number
      readonly reads: boolean
      readonly writes: boolean
    }
  /** Items the process took and is done with, in all (JoinableQueue). */
  | { readonly type: 'done'; readonly queue: number; readonly count: number }
  /**
   * A question about unfinished items, once the process's first `puts` items (modulo 2^32) have
   * arrived. `done`: to finish one that this process did not take; `join`: when there are none.
   */
  | {
      readonly type: 'ask'
      readonly queue: number
      readonly ask: number
      readonly about: 'done' | 'join'
      readonly puts: number
    }

/** About queues, from the broker to a process. */
export type FromBroker =
  /** Items the process accepted, cut like those of `put`. */
  | {
      readonly type: 'item'
      readonly queue: number
      /** Records that begin in `bytes`: a process need not look into them until it gets them. */
      readonly count: number
      readonly bytes: Uint8Array
    }
  /**
   * Places granted in all; whether to hold back (the runner stores enough for now); the size of the
   * queue without this process's own puts and gets, which it knows better itself; and whether
   * several processes read the queue: then items go only to those in which a thread waits.
   */
  | {
      readonly type: 'state'
      readonly queue: number
      readonly places: number
      readonly hold: boolean
      readonly base: number
      readonly shared: boolean
    }
  /** Give back what no thread of the process has taken. */
  | { readonly type: 'recall'; readonly queue: number }
  /** Everything there was for the process when `probe` arrived has been sent before this. */
  | { readonly type: 'probed'; readonly queue: number; readonly probe: number }
  /** Of a Pipe: what is true of the ends of all processes. `writes` false: nothing more will come. */
  | {
      readonly type: 'openEnds'
      readonly queue: number
      readonly reads: boolean
      readonly writes: boolean
    }
  | {
      readonly type: 'answer'
      readonly queue: number
      readonly ask: number
      readonly granted: boolean
    }

export type FromChild =
  | {
      readonly type: 'hello'
      readonly version: number
      readonly process: number
      readonly pid: number
      readonly token: string
    }
  /** The main thread of the child runs. */
  | { readonly type: 'started' }
  /** Units of work counted so far by all threads of the child (threading/checkpoint.ts). */
  | { readonly type: 'progress'; readonly done: number }
  /** 24-byte records of one source, all events up to `watermark` (CLOCK_MONOTONIC, ns). */
  | {
      readonly type: 'trace'
      readonly source: number
      readonly watermark: bigint
      readonly records: Uint8Array
    }
  /** What a thread of a process without a trace prints, with neither end of line. */
  | { readonly type: 'output'; readonly stream: OutputStream; readonly text: string }
  /** How the target has ended; everything before it has been sent, and the process exits now. */
  | { readonly type: 'ended'; readonly end: LaneEnd }
  /** Why the event-loop thread of the child cannot go on. */
  | { readonly type: 'crash'; readonly text: string }
  /** About processes that it starts. `args` of a new one by `packArguments`, else empty. */
  | { readonly type: 'request'; readonly request: ProcessRequest; readonly args: Uint8Array }
  | ToBroker
  | ToCallServer

export type ToChild =
  /** `args` by `packArguments`. */
  | { readonly type: 'job'; readonly job: ProcessJob; readonly args: Uint8Array }
  /** Cooperative: every blocking call raises KeyboardInterrupt. */
  | { readonly type: 'stop' }
  /** About processes that it has started, and the one that started it. */
  | { readonly type: 'report'; readonly report: ProcessReport }
  | FromBroker
  | FromCallServer

export type Message = FromChild | ToChild
