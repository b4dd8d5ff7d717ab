/** The page's end as it ships, laid open for tests. */
import { createElectronHost, electronBridge } from '../../../renderer/hosts/electron.ts'
import type { Opened } from '../../../preload/bridge.ts'
import type { Host, HostCommand, RunPort } from '../../../renderer/hosts/host.ts'

declare global {
  var host: Host
  var commands: HostCommand[]
  var ports: RunPort[]
  var opened: Opened[]
}
const bridge = electronBridge()
if (bridge === undefined) throw new Error('the preload exposed nothing')
globalThis.host = createElectronHost(bridge)
globalThis.commands = []
globalThis.ports = []
globalThis.opened = []
globalThis.host.onCommand((command) => globalThis.commands.push(command))
globalThis.host.onOpened((opened) => globalThis.opened.push(opened))
