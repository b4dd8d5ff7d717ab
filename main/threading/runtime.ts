/**
 * What the current thread is, and what its host offers it. One module-level instance per thread:
 * the worker entry (main/run/worker.ts) calls `enterThread` before the thread's target runs, and
 * the thread host calls it once for its own event-loop thread.
 */
import type { Seconds } from '../core/units.ts'
import { IDENT_RANGE, type LaneKind, type OutputStream } from '../trace/model.ts'
import type { Tracer } from '../trace/tracer.ts'
import { RuntimeError } from './errors.ts'
import type { Gil } from './gil.ts'

/**
 * Control words shared by all threads of one process (Int32, only through Atomics). Allocated by
 * the thread host; zero-filled is a valid initial state except for the counters, which the host
 * sets to the start of the process's range (trace/model.ts, IDENT_RANGE).
 */
export const Control = {
  /** 1 once the run is being stopped: every blocking call raises KeyboardInterrupt soon after. */
  stop: 0,
  /** The ident that is handed out next. */
  nextIdent: 1,
  /** The resource id that is handed out next. */
  nextResource: 2,
  /** Units of work done: low + high × 2^31; the one who carries into high subtracts 2^31 from low. */
  doneLow: 3,
  doneHigh: 4,
  /** Counts changes of the parked-worker table; waited on by startThread. */
  parkedGeneration: 5,
  /** Threads that wait in startThread for a worker to become free. */
  startersWaiting: 6,
  /** Threads named `Thread-N` so far. The runner sets it to 0 at the beginning of each section. */
  threadNames: 7,
  /**
   * Resources named by default so far: word resourceNames + ResourceKind, up to word 31. Reset with
   * threadNames.
   */
  resourceNames: 8,
  /** Number of the host's request channel (main/multiprocessing/requests.ts). */
  requests: 32,
  /** Processes named `Process-N` so far. Reset with threadNames. */
  processNames: 33,
  /** Processes that threads of this process have started. Reset with threadNames. */
  processes: 58,
  /** How processes start: 0 not chosen, else main/multiprocessing/start-method.ts. Reset as well. */
  startMethod: 59,
  /** Counts what multiprocessing.wait may wait for, while threads do so. */
  arrivals: 56,
  /** Threads in multiprocessing.wait. */
  arrivalWaiters: 57,
  /** 1 once a thread has written to `calls`; the event-loop thread sets it back. */
  callBell: 36,
  /** Threads that have opened a channel for answers (main/multiprocessing/calls). */
  callChannels: 37,
  /** Ident of the thread that runs the program's main function. */
  mainIdent: 40,
  /** Threads made so far: the serial number of the last one (life.ts). */
  threads: 41,
  /** Threads started so far. */
  starts: 42,
  /** `local` objects that have travelled so far. */
  locals: 43,
  /** One bit for each ident of the process: deaths.ts. */
  died: 64,
  /** What threads ask of the runner: a ring (main/multiprocessing/calls/call-ring.ts). */
  calls: 64 + IDENT_RANGE / 32,
} as const
/** Bytes of the ring in `calls`, after its 64 words of state: a power of two. */
export const CALL_RING_BYTES = 65_536
export const CONTROL_WORDS = Control.calls + 64 + CALL_RING_BYTES / 4
const RESOURCE_KINDS = 16
/** Words of one entry in the table of threads (life.ts), which has one for each ident. */
export const LIFE_WORDS = 32

/** What all threads of a process share. */
export interface ProcessWords {
  readonly control: Int32Array
  /** The table of threads: life.ts. */
  readonly lives: Int32Array
}

/** Zero-filled memory for the table of threads: 8 MiB, of which only what is used takes room. */
export const allocateLives = (): SharedArrayBuffer =>
  new SharedArrayBuffer(IDENT_RANGE * LIFE_WORDS * 4)

/** A function in terms that another thread or process can resolve, as under Python's spawn. */
export interface TargetReference {
  /** URL of the module. */
  readonly module: string
  /** Name under which the module exports it. */
  readonly name: string
}

/** What is handed to a parked worker when a Thread starts. Structured-cloneable. */
export interface ThreadJob {
  /** What the thread calls; undefined: what its class's `run` does. */
  readonly target: TargetReference | undefined
  /** Arguments with primitives replaced by handles (handles.ts). */
  readonly args: readonly unknown[]
  /** The Thread itself, in the same way, where it is more than its ident and name. */
  readonly thread?: unknown
  readonly ident: number
  /** Its serial number: life.ts. */
  readonly serial: number
  readonly name: string
  readonly kind: LaneKind
  readonly parent: number
  readonly daemon: boolean
  /** What is told of an exception in the thread: excepthook.ts. Undefined: it is printed. */
  readonly excepthook?: TargetReference | undefined
  /** The emulated GIL the thread must hold while it runs, as a handle; undefined: none. */
  readonly gil: unknown
}

/** What the host of a thread offers it. */
export interface ThreadServices extends ProcessWords {
  /** The system's number of the thread where it can be had, else Node's. */
  readonly nativeId: number
  readonly tracer: Tracer | undefined
  /** Takes what is printed where there is no tracer; undefined: nobody does. */
  readonly write?: ((stream: OutputStream, text: string) => void) | undefined
  /** CLOCK_MONOTONIC in nanoseconds. */
  readonly now: () => bigint
  /** The program's line, `program.ts:12`, of a place in what runs; '': it is not the program's. */
  readonly lineOf?: (file: string, line: number, column: number) => string
  /** False on a thread that runs an event loop: it must use the async forms. */
  readonly mayBlock: boolean
  /**
   * Hands the job to a parked worker, asking the host for one more if none is parked. On a thread
   * that may block, blocks for at most `timeout`; on an event-loop thread it returns at once and
   * the job starts as soon as a worker is free.
   * @throws RuntimeError "can't start new thread", CPython's words, when none became free.
   */
  startThread(job: ThreadJob, timeout: Seconds): void
}

/** The thread that runs this code. Read by every primitive at every call: plain fields only. */
class Runtime {
  /** Unique within the run; 0 before the thread was entered. */
  ident = 0
  name = ''
  daemon = false
  mayBlock = false
  control: Int32Array = new Int32Array(CONTROL_WORDS)
  lives: Int32Array = new Int32Array(0)
  tracer: Tracer | undefined = undefined
  now: () => bigint = () => BigInt(Date.now()) * 1_000_000n
  /** The emulated GIL this thread runs under; it holds it except in blocking calls. */
  gil: Gil | undefined = undefined
  services: ThreadServices | undefined = undefined
  /** A program's module is being imported: see `requireThread`. */
  importing = false
}
export const runtime = new Runtime()

/** From here on this code is the thread `ident`. The GIL, if any, is set and taken afterwards. */
export function enterThread(
  services: ThreadServices,
  ident: number,
  name: string,
  daemon = false,
): void {
  runtime.ident = ident
  runtime.name = name
  runtime.daemon = daemon
  runtime.mayBlock = services.mayBlock
  runtime.control = services.control
  runtime.lives = services.lives
  runtime.tracer = services.tracer
  runtime.now = services.now
  runtime.gil = undefined
  runtime.services = services
}

/**
 * The services of the thread that runs this code.
 * @throws RuntimeError outside of a thread, and while a program's module is imported: every thread
 * imports the module for itself, so what it makes there would not be shared.
 */
export function requireThread(what: string): ThreadServices {
  if (runtime.services === undefined)
    throw new RuntimeError(
      `no ${what} outside of a thread of a program: make it in a function that runProgram ` +
        'of interleave/program calls, or interleave program FILE.',
    )
  if (runtime.importing)
    throw new RuntimeError(
      `no ${what} while a module is imported: every thread imports the module for itself and ` +
        'would have its own. Make it in a function and pass it as an argument.',
    )
  return runtime.services
}

/** Resource ids are unique within the run: each process counts in its own range. */
export const allocateResource = (): number => Atomics.add(runtime.control, Control.nextResource, 1)

/** Names and progress start anew: called between sections, while no thread runs. */
export function resetSection(control: Int32Array): void {
  Atomics.store(control, Control.threadNames, 0)
  Atomics.store(control, Control.processNames, 0)
  Atomics.store(control, Control.processes, 0)
  Atomics.store(control, Control.startMethod, 0)
  for (let kind = 0; kind < RESOURCE_KINDS; kind++)
    Atomics.store(control, Control.resourceNames + kind, 0)
}
