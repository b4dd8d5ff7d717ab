/**
 * Processes as the hosts offer them. The web host and the command line fork with
 * `child_process.fork`, Electron with `utilityProcess.fork`; everything above this interface is
 * the same. Messages on this channel are structured-cloned.
 */
import type { Disposable } from '../core/disposables.ts'
import type { OwnDemoData } from '../demos/own/own-data.ts'
import type { Interpreter, RunRequest, RunStatus } from './contract.ts'

/** The entries a host can fork: built as `out/main/runner.mjs` and so on. */
export type ProcessEntry = 'runner' | 'child' | 'loader'

/** Absolute path of each entry's module; without a loader demos of the user's own cannot be loaded. */
export type ProcessEntries = Readonly<Record<Exclude<ProcessEntry, 'loader'>, string>> & {
  readonly loader?: string
}

export interface ProcessExit {
  /** Undefined where the system did not say. */
  readonly code: number | undefined
  readonly signal: string | undefined
  /** Why it could not be spawned, where it was not: `EMFILE: too many open files`. */
  readonly error?: string
}

export interface LaunchedProcess {
  /** Undefined until it has been spawned. */
  readonly pid: number | undefined
  /** `ports` only where the host can carry ports (Electron's MessagePortMain). */
  post(message: unknown, ports?: readonly unknown[]): void
  onMessage(listener: (message: unknown) => void): Disposable
  /** Fires once `pid` is known; never for a process that could not be spawned. */
  onSpawn(listener: (pid: number) => void): Disposable
  /** Fires exactly once, also for a process that could not be spawned. */
  onExit(listener: (exit: ProcessExit) => void): Disposable
  /** `kill` ends the process and, where the system has process groups, all it started. */
  terminate(): void
  kill(): void
}

export interface ProcessLauncher {
  fork(entry: ProcessEntry, args: readonly string[]): LaunchedProcess
}

/** Files of a run that its host has made ready, and removes or keeps when the run's process is gone. */
export interface RunFiles {
  /** The recording. */
  readonly recordTo: string
  /** Where child processes call in, from `chooseAddress`; absent: the runner finds a place when the first one starts. */
  readonly address?: string
  /** Folder for programs under CPython, which the runner makes when there are any: from `chooseScratch`. */
  readonly scratch: string
}

/** What a runner is for: it is told once it is ready. */
export type RunnerTask =
  | ({
      readonly type: 'start'
      readonly request: RunRequest
      /** What its engines of CPython run on. */
      readonly interpreters: readonly Interpreter[]
      /** Folder for what can be made again. */
      readonly cache: string
      /** The demo that is run, where it is the user's own, and URL of its module. */
      readonly own?: { readonly data: OwnDemoData; readonly module: string }
    } & RunFiles)
  /** Nothing is run: it reads the recording and answers questions about it. */
  | {
      readonly type: 'open'
      readonly path: string
      readonly isCopy: boolean
      readonly own?: OwnDemoData
    }

/** What a host tells the runner. `attach` is accompanied by a port in Electron, by `data` elsewhere. */
export type ToRunner =
  | RunnerTask
  | { readonly type: 'stop' }
  | { readonly type: 'attach'; readonly connection: number }
  | { readonly type: 'detach'; readonly connection: number }
  | { readonly type: 'data'; readonly connection: number; readonly bytes: Uint8Array }
  /** Answers to `spawn`. */
  | { readonly type: 'spawned'; readonly child: number; readonly pid: number }
  | { readonly type: 'child-exit'; readonly child: number; readonly exit: ProcessExit }

/** What the runner tells its host. */
export type FromRunner =
  | { readonly type: 'ready' }
  | { readonly type: 'status'; readonly status: RunStatus }
  | { readonly type: 'data'; readonly connection: number; readonly bytes: Uint8Array }
  /** Fork a child entry on the run's behalf: in Electron only main can. */
  | { readonly type: 'spawn'; readonly child: number; readonly args: readonly string[] }
  | { readonly type: 'kill-child'; readonly child: number; readonly force: boolean }
  /** A program leads a group of processes of its own: whoever outlives the runner ends it. */
  | { readonly type: 'group'; readonly pid: number }
  | { readonly type: 'group-gone'; readonly pid: number }
