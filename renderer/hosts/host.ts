/**
 * What the renderer needs of the program around it. electron.ts and web.ts are thin siblings
 * behind this; fake.ts answers from made-up data for the gallery and component tests. No feature
 * lives in a host.
 */
import type { Disposable } from '../../main/core/disposables.ts'
import type { Refusal, Result } from '../../main/core/result.ts'
import type {
  Catalogue,
  Interpreter,
  OwnDemos,
  RecordingInfo,
  RunInfo,
  RunRequest,
  ScriptFile,
} from '../../main/run/contract.ts'

export interface Host {
  readonly kind: 'electron' | 'web' | 'fake'
  catalogue(): Promise<Catalogue>
  /** Runs the host still holds, newest first: running ones, and the last one that is over. */
  runs(): Promise<readonly RunInfo[]>
  start(request: RunRequest): Promise<Result<RunInfo, Refusal>>
  interpreters(options?: { readonly rescan?: boolean }): Promise<readonly Interpreter[]>
  /** By its path, or, absent, chosen in a dialog (undefined: none was chosen). */
  addInterpreter(path?: string): Promise<Result<Interpreter, Refusal> | undefined>
  /** Demos of the user's own, as their folder is now. */
  ownDemos(): Promise<OwnDemos>
  /** From now on from this folder, or, absent, one chosen in a dialog (undefined: none was chosen). */
  useOwnDemos(folder?: string): Promise<Result<OwnDemos, Refusal> | undefined>
  forgetOwnDemos(): Promise<void>
  /** The same for a Python script, of which nothing is run yet. */
  chooseScript(path?: string): Promise<Result<ScriptFile, Refusal> | undefined>
  /** Of the recordings folder, newest first. */
  recordings(): Promise<readonly RecordingInfo[]>
  /**
   * Opens a recording in place of what is held: one of the list by its path, a file that was dropped
   * on the window, or, absent, one that the user chooses in a dialog. Undefined: none was chosen.
   */
  openRecording(from?: string | File): Promise<Result<RunInfo, Refusal> | undefined>
  /** One was opened from outside of the window: by the system, or on the command line. */
  onOpened(listener: (opened: Result<RunInfo, Refusal>) => void): Disposable
  /** Recordings that are open only to be compared, in the order they were opened. */
  guests(): Promise<readonly RunInfo[]>
  /** One of the list, or what is open, beside what is held; it is attached to like a run. */
  openGuest(path: string): Promise<Result<RunInfo, Refusal>>
  closeGuest(guest: string): Promise<void>
  /** Asks the run to stop, or the reading of a recording; resolves when it is over. */
  stop(run: string): Promise<void>
  /** Opens the run's data port; several may be open at once. */
  attach(run: string): Promise<RunPort>
  save(file: ExportedFile): Promise<SaveOutcome>
  /** Commands from a native menu. */
  onCommand(listener: (command: HostCommand) => void): Disposable
}

/** One MessagePack message at a time, each way (main/run/wire.ts). */
export interface RunPort extends Disposable {
  send(message: Uint8Array): void
  onMessage(listener: (message: Uint8Array) => void): Disposable
  /** The run's process or the connection is gone. */
  onClose(listener: () => void): Disposable
}

export interface ExportedFile {
  /** Suggested file name with its extension. */
  readonly name: string
  /** MIME type. */
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export type SaveOutcome =
  | { readonly outcome: 'saved'; readonly where: string }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'failed'; readonly message: string }

export type HostCommand =
  'run' | 'stop' | 'open' | 'open-script' | 'search' | 'keys' | 'export' | 'toggle-theme'
