import { contextBridge, ipcRenderer, webUtils } from 'electron'
import {
  BRIDGE,
  COMMAND_CHANNEL,
  OPENED_CHANNEL,
  PORT_CHANNEL,
  PORT_MESSAGE,
  callChannel,
  type Bridge,
  type BridgeCalls,
  type CallName,
  type Opened,
  type PortMessage,
} from './bridge.ts'
import type { HostCommand } from '../renderer/hosts/host.ts'

const call = <Name extends CallName>(
  name: Name,
  ...given: Parameters<BridgeCalls[Name]>
): ReturnType<BridgeCalls[Name]> =>
  // ipc.ts answers each channel with what BridgeCalls says.
  ipcRenderer.invoke(callChannel(name), ...given) as ReturnType<BridgeCalls[Name]>

let onOpened: ((opened: Opened) => void) | undefined
let waiting: Opened | undefined
ipcRenderer.on(OPENED_CHANNEL, (_event, opened: Opened) => {
  if (onOpened === undefined) waiting = opened
  else onOpened(opened)
})

// Arguments are named one by one: whatever else a caller passes does not reach main.
const bridge: Bridge = {
  kind: 'electron',
  catalogue: () => call('catalogue'),
  runs: () => call('runs'),
  start: (request) => call('start', request),
  interpreters: (rescan) => call('interpreters', rescan),
  addInterpreter: () => call('addInterpreter'),
  ownDemos: () => call('ownDemos'),
  useOwnDemos: () => call('useOwnDemos'),
  forgetOwnDemos: () => call('forgetOwnDemos'),
  chooseScript: (path) => call('chooseScript', path),
  recordings: () => call('recordings'),
  openRecording: (path) => call('openRecording', path),
  // A page cannot make a File that names a path: only the user's drop does.
  openFile: (file) => call('openDropped', webUtils.getPathForFile(file)),
  onOpened(listener) {
    onOpened = listener
    if (waiting !== undefined) listener(waiting)
    waiting = undefined
    return () => (onOpened = undefined)
  },
  guests: () => call('guests'),
  openGuest: (path) => call('openGuest', path),
  closeGuest: (guest) => call('closeGuest', guest),
  stop: (run) => call('stop', run),
  attach: (run, nonce) => call('attach', run, nonce),
  save: (file) => call('save', file),
  onCommand(listener) {
    // The event object, which leads to ipcRenderer, stays on this side.
    const heard = (_event: unknown, command: HostCommand): void => listener(command)
    ipcRenderer.on(COMMAND_CHANNEL, heard)
    return () => void ipcRenderer.off(COMMAND_CHANNEL, heard)
  },
}
contextBridge.exposeInMainWorld(BRIDGE, bridge)

ipcRenderer.on(PORT_CHANNEL, (event, nonce: string) => {
  const message: PortMessage = { type: PORT_MESSAGE, nonce }
  // '*' is this very window, which shows only the app's own page: navigation is refused.
  window.postMessage(message, '*', [...event.ports])
})
