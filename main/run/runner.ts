/**
 * The entry of a run's process: forked by a host, does one run, answers questions about it, and
 * ends with its host.
 */
import { findDemo } from '../demos/index.ts'
import { Connections } from './connections.ts'
import { describeEnvironment } from './environment.ts'
import { openHostChannel } from './host-channel.ts'
import type { ToRunner } from './process.ts'
import { remoteLaunch } from './remote-launch.ts'
import { Run } from './run.ts'

const channel = openHostChannel()
let run: Run | undefined
const connections = new Connections((name, query) => {
  if (run === undefined) throw new Error('the run is still starting')
  return run.answer(name, query)
})

function start({ request, recordTo, address }: Extract<ToRunner, { type: 'start' }>): void {
  const demo = findDemo(request.demo)
  if (demo === undefined) throw new Error(`no demo ${request.demo}`)
  run = new Run({
    demo,
    request,
    recordTo,
    address,
    environment: describeEnvironment(),
    entries: new URL('.', import.meta.url),
    launch: remoteLaunch(channel),
    connections,
    onStatus: (status) => channel.post({ type: 'status', status }),
  })
  void run.execute()
}

channel.onMessage((message, port) => {
  switch (message.type) {
    case 'start':
      return start(message)
    case 'stop':
      return void run?.stop()
    case 'attach':
      if (port === undefined) connections.attachRelayed(message.connection, channel)
      else connections.attachNative(message.connection, port)
      return
    case 'detach':
      return connections.detach(message.connection)
    case 'data':
      return connections.receive(message.connection, message.bytes)
    case 'spawned':
    case 'child-exit':
      return
  }
})
channel.onClose(() => process.exit(0))
channel.post({ type: 'ready' })
