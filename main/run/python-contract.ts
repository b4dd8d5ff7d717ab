/** The part of the contract that is about engines: CPython's interpreters, scripts, and how a program ended. */
import type { Nanoseconds } from '../core/units.ts'

/** The demo that stands for the user's own Python script. */
export const SCRIPT_DEMO = 'python-script'

export type Engine = { readonly kind: 'node' } | CPythonEngine

/** One of the interpreters that the service lists. */
export interface CPythonEngine {
  readonly kind: 'cpython'
  /** `Interpreter.path`. */
  readonly path: string
  /** Absent: the interpreter's own default. */
  readonly startMethod?: StartMethod
  /** Of a free-threaded build: with the GIL or without; absent: as it starts by itself. */
  readonly gil?: boolean
}

export const START_METHODS = ['fork', 'spawn', 'forkserver'] as const
export type StartMethod = (typeof START_METHODS)[number]

/** A script that its user has agreed to run. */
export interface ScriptTarget {
  /** Absolute. */
  readonly path: string
  /** Its argv[0], where that is not `path`: the same file, seen from `folder`. */
  readonly name?: string
  readonly arguments: readonly string[]
  /** Absolute: its working folder. */
  readonly folder: string
  /** What it reads from standard input, which then ends. A recording keeps its beginning. */
  readonly input: string
  /** SHA-256 of the file as its user saw it, in hexadecimal: a file that is another now is not run. */
  readonly consent: string
}

/** A file that may become a ScriptTarget, as it is now. */
export interface ScriptFile {
  readonly path: string
  readonly folder: string
  readonly bytes: number
  readonly sha256: string
  /** The user has agreed to run exactly this before. */
  readonly consented: boolean
}

/** An interpreter of this machine, as it describes itself. */
export interface Interpreter {
  /** Of its executable, links not resolved: as one would type it. */
  readonly path: string
  /** `CPython`, `PyPy`. */
  readonly implementation: string
  /** `3.13.0`, `3.15.0b2`. */
  readonly version: string
  /** Built without the GIL. */
  readonly freeThreaded: boolean
  /** The GIL is on when it starts. */
  readonly gil: boolean
  readonly startMethods: readonly StartMethod[]
  readonly defaultStartMethod: StartMethod | ''
  /** `PATH`, `pyenv`, `added by hand`. */
  readonly foundBy: string
  /** Why nothing can be run with it, in a sentence that says what to do; absent: it can. */
  readonly unusable?: string
}

/** How it is known who holds the GIL. */
export type GilReading =
  /** From the interpreter's own memory, sampled. */
  | 'measured'
  /** From the states that the system tells of the threads. */
  | 'estimated'
  | 'not available'
  /** There is none: a free-threaded build, with the GIL off. */
  | 'no GIL'

/** Of a run's programs under CPython; of each engine what is known of its newest program. */
export interface PythonStatus {
  readonly engine: CPythonEngine
  /** `CPython 3.13.0`. */
  readonly label: string
  /** '' while it is not known. */
  readonly version: string
  readonly startMethod: string
  readonly reading: GilReading
  /** Why it is not measured, or what switched the GIL on, in one sentence; '' where there is nothing to say. */
  readonly readingReason: string
  /** sys.getswitchinterval(). */
  readonly switchInterval?: Nanoseconds
  /** Absent while it runs. Negative code: the signal that ended it. */
  readonly exit?: { readonly code: number; readonly signal?: string }
  /** Processes of the program that were traced so far, the main one included. */
  readonly processes: number
  /** Of those that were killed: when each recorded its last event, and how old that was at its end. */
  readonly killed: readonly KilledProcess[]
  /** What went wrong in a way that is known: what happened, why, and what works. */
  readonly explanation?: Explanation
  /** Limits that were reached, each in one sentence: output cut, processes not traced. */
  readonly limits: readonly string[]
}

export interface KilledProcess {
  readonly pid: number
  readonly name: string
  readonly signal: string
  readonly lastEvent: Nanoseconds
  readonly age: Nanoseconds
}

export interface Explanation {
  readonly headline: string
  readonly sentences: readonly string[]
  /** Variant of the same demo that works. */
  readonly works?: string
}
