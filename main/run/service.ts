import type { Disposable } from '../core/disposables.ts'
import type { Refusal, Result } from '../core/result.ts'
import type {
  Catalogue,
  Interpreter,
  OwnDemos,
  RecordingInfo,
  RunInfo,
  RunSummary,
  ScriptFile,
} from './contract.ts'
import type { IncomingFile } from './recording-copy.ts'

/**
 * What the three hosts (Electron's main process, the web host, the command line) share: it checks
 * requests, owns the runs' processes, and ends every one of them when it is disposed.
 */
export interface RunService {
  catalogue(): Catalogue
  /** Newest first: running ones, and those that are over and still held. */
  runs(): readonly RunInfo[]
  /** `request` comes from outside and is checked here; nothing is started when it is refused. */
  start(request: unknown, options?: StartOptions): Promise<Result<RunInfo, Refusal>>
  /**
   * Interpreters of this machine, newest version first: looked for once, and again when asked to.
   * One that has gone since says so.
   */
  interpreters(options?: { readonly rescan?: boolean }): Promise<readonly Interpreter[]>
  /** One that was not found by itself; it is remembered. */
  addInterpreter(
    path: string,
    options?: AddInterpreterOptions,
  ): Promise<Result<Interpreter, Refusal>>
  /** Demos of the user's own, as their folder is now: files that have changed are loaded again. */
  ownDemos(): Promise<OwnDemos>
  /** From now on they come from this folder; it is remembered. */
  useOwnDemos(path: string): Promise<Result<OwnDemos, Refusal>>
  forgetOwnDemos(): Promise<void>
  /** What is to be run is looked at, and nothing more. */
  examineScript(path: string): Promise<Result<ScriptFile, Refusal>>
  /** Of the recordings folder: newest first, at most RECORDINGS_LISTED. */
  recordings(): Promise<readonly RecordingInfo[]>
  /**
   * Opens a recording in place of what is held: its beginning is checked here, the rest is read by
   * a process that runs nothing, whose status says how far it is. Stopping it ends the reading.
   */
  open(path: string): Promise<Result<RunInfo, Refusal>>
  /** The same for a file that arrives as bytes: a copy of it is kept until it is closed. */
  openCopy(file: IncomingFile): Promise<Result<RunInfo, Refusal>>
  /** Recordings that are open only to be compared, in the order they were opened. */
  guests(): readonly RunInfo[]
  /**
   * Opens a recording beside what is held, which stays; at most MOST_GUESTS, and not while a program
   * runs. One that is open so already is not opened twice. Runs that start later leave it open.
   */
  openGuest(path: string): Promise<Result<RunInfo, Refusal>>
  /** Resolves when nothing of it is left; at once for one that is none. */
  closeGuest(id: string): Promise<void>
  /** Cooperative for 500 ms, then by force within 2 s more. Resolves when the run is over. */
  stop(run: string): Promise<void>
  /** Resolves with the last status once the run is over (at once if it is). */
  over(run: string): Promise<RunInfo>
  /** The summary of a run that is over; undefined when its process died before it could give one. */
  summary(run: string): Promise<RunSummary | undefined>
  /** A relayed data port (web host). Undefined: no such run. */
  attach(run: string): RelayedPort | undefined
  /** Hands a native port to the run's process (Electron). False: no such run. */
  attachPort(run: string, port: unknown): boolean
  onStatus(listener: (info: RunInfo) => void): Disposable
  /** Ends every run: by force after `grace` milliseconds. Resolves when no process is left. */
  dispose(): Promise<void>
}

export interface AddInterpreterOptions {
  /** It is the only one from now on: no other is looked for, and nothing is remembered. */
  readonly only?: boolean
}

export interface StartOptions {
  /** The .ilv file to write; undefined: a new one in the recordings folder. */
  readonly recordTo?: string
}

/** One MessagePack message at a time, each way. */
export interface RelayedPort extends Disposable {
  send(message: Uint8Array): void
  onMessage(listener: (message: Uint8Array) => void): Disposable
  onClose(listener: () => void): Disposable
}
