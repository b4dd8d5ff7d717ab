import {
  ipcMain,
  MessageChannelMain,
  type BrowserWindow,
  type IpcMainInvokeEvent,
  type WebFrameMain,
} from 'electron'
import { disposable, type Disposable } from '../core/disposables.ts'
import type { Refusal, Result } from '../core/result.ts'
import type { RunInfo } from '../run/contract.ts'
import type { RunService } from '../run/service.ts'
import {
  callChannel,
  COMMAND_CHANNEL,
  OPENED_CHANNEL,
  PORT_CHANNEL,
  type BridgeCalls,
  type CallName,
} from '../../preload/bridge.ts'
import type { HostCommand } from '../../renderer/hosts/host.ts'
import { checkFile, checkText } from './arguments.ts'
import type { ChosenFiles } from './choose.ts'
import { openListedGuest } from '../run/open-listed.ts'
import { openDropped, openFromPage } from './open.ts'
import { PAGE_ORIGIN } from './page.ts'
import { saveFile } from './save.ts'

const ALLOWED_ORIGINS: ReadonlySet<string> = new Set([PAGE_ORIGIN])

/** Answers a call; its arguments are as they arrived: nothing is known of them yet. */
type Answers = {
  readonly [Name in CallName]: (
    frame: WebFrameMain,
    ...given: readonly unknown[]
  ) => Awaited<ReturnType<BridgeCalls[Name]>> | ReturnType<BridgeCalls[Name]>
}

/** Answers the bridge's calls for this window until disposed. */
export function serveBridge(
  window: BrowserWindow,
  service: RunService,
  chosen: ChosenFiles,
): Disposable {
  const answers: Answers = {
    catalogue: () => service.catalogue(),
    runs: () => service.runs(),
    // The service checks the request: every host hands it what came from outside.
    start: (_frame, request) => chosen.start(request),
    interpreters: (_frame, rescan) => service.interpreters({ rescan: rescan === true }),
    addInterpreter: () => chosen.interpreter(),
    ownDemos: () => service.ownDemos(),
    useOwnDemos: () => chosen.demos(),
    forgetOwnDemos: () => service.forgetOwnDemos(),
    chooseScript: (_frame, path) => chosen.script(path),
    recordings: () => service.recordings(),
    openRecording: (_frame, path) => openFromPage(window, service, path),
    openDropped: (_frame, path) => openDropped(service, path),
    guests: () => service.guests(),
    openGuest: (_frame, path) => openListedGuest(service, path),
    closeGuest: (_frame, guest) => service.closeGuest(checkText('guest', guest)),
    stop: (_frame, run) => service.stop(checkText('run', run)),
    attach: (frame, run, nonce) =>
      sendPort(service, frame, checkText('run', run), checkText('nonce', nonce)),
    save: (_frame, file) => saveFile(window, checkFile(file)),
  }
  const served = Object.entries(answers).map(([name, answer]) => {
    // The keys of Answers are the call names.
    const channel = callChannel(name as CallName)
    handle(window, channel, answer)
    return channel
  })
  return disposable(() => {
    for (const channel of served) ipcMain.removeHandler(channel)
  })
}

function sendPort(service: RunService, frame: WebFrameMain, run: string, nonce: string): boolean {
  const { port1, port2 } = new MessageChannelMain()
  if (!service.attachPort(run, port1)) {
    port1.close()
    return false
  }
  frame.postMessage(PORT_CHANNEL, nonce, [port2])
  return true
}

export function sendCommand(window: BrowserWindow, command: HostCommand): void {
  if (!window.isDestroyed()) window.webContents.send(COMMAND_CHANNEL, command)
}

/** What became of a recording that was opened from outside of the window. */
export function sendOpened(window: BrowserWindow, opened: Result<RunInfo, Refusal>): void {
  if (!window.isDestroyed()) window.webContents.send(OPENED_CHANNEL, opened)
}

/** The only place that listens to a renderer: whoever is not the page's own main frame gets an error. */
function handle(
  window: BrowserWindow,
  channel: string,
  answer: (frame: WebFrameMain, ...given: readonly unknown[]) => unknown,
): void {
  ipcMain.handle(channel, (event, ...given: readonly unknown[]) =>
    answer(trustedFrame(window, event), ...given),
  )
}

/** @throws Error for a frame within the page, another page, or one that has gone meanwhile. */
function trustedFrame(window: BrowserWindow, event: IpcMainInvokeEvent): WebFrameMain {
  const frame = event.senderFrame
  // The frame's own origin, not that of its URL: `new URL('app://bundle/x').origin` is "null".
  if (
    frame === null ||
    window.isDestroyed() ||
    frame !== window.webContents.mainFrame ||
    !ALLOWED_ORIGINS.has(frame.origin)
  ) {
    throw new Error('refused: not the main frame of the app')
  }
  return frame
}
