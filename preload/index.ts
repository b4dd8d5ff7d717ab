import { contextBridge, ipcRenderer } from 'electron'
import {
  BRIDGE,
  COMMAND_CHANNEL,
  PORT_CHANNEL,
  PORT_MESSAGE,
  callChannel,
  type Bridge,
  type BridgeCalls,
  type CallName,
  type PortMessage,
} from './bridge.ts'
import type { HostCommand } from '../renderer/hosts/host.ts'

const call = <Name extends CallName>(
  name: Name,
  ...given: Parameters<BridgeCalls[Name]>
): ReturnType<BridgeCalls[Name]> =>
  // ipc.ts answers each channel with what BridgeCalls says.
  ipcRenderer.invoke(callChannel(name), ...given) as ReturnType<BridgeCalls[Name]>

// Arguments are named one by one: whatever else a caller passes does not reach main.
const bridge: Bridge = {
  kind: 'electron',
  catalogue: () => call('catalogue'),
  runs: () => call('runs'),
  start: (request) => call('start', request),
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
