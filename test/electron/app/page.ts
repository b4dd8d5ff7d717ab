/** The page's end as it ships, laid open for tests. */
import { createElectronHost, electronBridge } from '../../../renderer/hosts/electron.ts'
import type { Host, HostCommand, RunPort } from '../../../renderer/hosts/host.ts'

declare global {
  var host: Host
  var commands: HostCommand[]
  var ports: RunPort[]
}
const bridge = electronBridge()
if (bridge === undefined) throw new Error('the preload exposed nothing')
globalThis.host = createElectronHost(bridge)
globalThis.commands = []
globalThis.ports = []
globalThis.host.onCommand((command) => globalThis.commands.push(command))
