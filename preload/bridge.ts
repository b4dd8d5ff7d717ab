/**
 * The one contract between Electron's main process and the page: what the preload exposes as
 * `window.interleave`, and the channels behind it. Main, preload and page import this file.
 *
 * A data port cannot cross contextBridge. Main posts it to the preload, which posts it to its own
 * window, marked with the nonce that the page chose; the page listens before it asks.
 */
import type { Refusal, Result } from '../main/core/result.ts'
import type {
  Catalogue,
  Interpreter,
  OwnDemos,
  RecordingInfo,
  RunInfo,
  RunRequest,
  ScriptFile,
} from '../main/run/contract.ts'
import type { ExportedFile, HostCommand, SaveOutcome } from '../renderer/hosts/host.ts'

export type Opened = Result<RunInfo, Refusal>

/** The calls that main answers, each on its own channel. */
export interface BridgeCalls {
  catalogue(): Promise<Catalogue>
  runs(): Promise<readonly RunInfo[]>
  start(request: RunRequest): Promise<Result<RunInfo, Refusal>>
  interpreters(rescan: boolean): Promise<readonly Interpreter[]>
  /** One that is chosen in the system's dialog. */
  addInterpreter(): Promise<Result<Interpreter, Refusal> | undefined>
  /** As their folder is now. */
  ownDemos(): Promise<OwnDemos>
  /** A folder that is chosen in the system's dialog. */
  useOwnDemos(): Promise<Result<OwnDemos, Refusal> | undefined>
  forgetOwnDemos(): Promise<void>
  /** @param path one that was chosen before; absent: the system's dialog. */
  chooseScript(path?: string): Promise<Result<ScriptFile, Refusal> | undefined>
  recordings(): Promise<readonly RecordingInfo[]>
  /** @param path one of the list; absent: the system's dialog. */
  openRecording(path?: string): Promise<Opened | undefined>
  /** @param path of a file that was dropped: from the preload, never from the page. */
  openDropped(path: string): Promise<Opened>
  guests(): Promise<readonly RunInfo[]>
  /** @param path one of the list. */
  openGuest(path: string): Promise<Opened>
  closeGuest(guest: string): Promise<void>
  stop(run: string): Promise<void>
  /** The port comes as a window message (PortMessage) with the same nonce. False: no such run. */
  attach(run: string, nonce: string): Promise<boolean>
  save(file: ExportedFile): Promise<SaveOutcome>
}
export type CallName = keyof BridgeCalls

export interface Bridge extends Omit<BridgeCalls, 'openDropped'> {
  readonly kind: 'electron'
  openFile(file: File): Promise<Opened>
  /** Told of the last one as well that came before anybody listened. Answers a function that ends it. */
  onOpened(listener: (opened: Opened) => void): () => void
  /** Answers a function that ends the subscription. */
  onCommand(listener: (command: HostCommand) => void): () => void
}

/** The name of the bridge on `window`. */
export const BRIDGE = 'interleave'

export const callChannel = <Name extends CallName>(name: Name): `call:${Name}` => `call:${name}`
/** Main to preload: a HostCommand. */
export const COMMAND_CHANNEL = 'command'
/** Main to preload: the Result of opening a recording from outside of the window. */
export const OPENED_CHANNEL = 'opened'
/** Main to preload: a nonce, with one port. */
export const PORT_CHANNEL = 'port'

/** What the preload posts to its own window, with one port. */
export interface PortMessage {
  readonly type: typeof PORT_MESSAGE
  readonly nonce: string
}
export const PORT_MESSAGE = 'interleave:port'
