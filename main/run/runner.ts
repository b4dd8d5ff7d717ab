/**
 * The entry of a run's process: forked by a host, does one run or opens one recording, answers
 * questions about it, and ends with its host.
 */
import { findDemo, ownDemoOf } from '../demos/index.ts'
import { Connections } from './connections.ts'
import type { RunStatus } from './contract.ts'
import { endOnBug } from './end-on-bug.ts'
import { describeEnvironment } from './environment.ts'
import { openHostChannel } from './host-channel.ts'
import type { ToRunner } from './process.ts'
import { Reading } from './reading.ts'
import { remoteLaunch } from './remote-launch.ts'
import { Run } from './run.ts'
import { removeItemFolder } from './item-folder.ts'
import { removeAddressNow } from './socket-address.ts'

endOnBug()
const channel = openHostChannel()
let run: Run | undefined
let reading: Reading | undefined
let socket: string | undefined
const connections = new Connections((name, query) => {
  const asked = run ?? reading
  if (asked === undefined) throw new Error('the run is still starting')
  return asked.answer(name, query)
})
const onStatus = (status: RunStatus) => channel.post({ type: 'status', status })

function start({ address, ...task }: Extract<ToRunner, { type: 'start' }>): void {
  const { own } = task
  const demo = own === undefined ? findDemo(task.request.demo) : ownDemoOf(own.data)
  if (demo === undefined) throw new Error(`no demo ${task.request.demo}`)
  socket = address
  run = new Run({
    ...task,
    demo,
    module: own?.module,
    address,
    environment: describeEnvironment(),
    entries: new URL('.', import.meta.url),
    launch: remoteLaunch(channel),
    onGroup: ({ pid, isGone }) => channel.post({ type: isGone ? 'group-gone' : 'group', pid }),
    connections,
    onStatus,
  })
  void run.execute()
}

function open({ path, isCopy, own }: Extract<ToRunner, { type: 'open' }>): void {
  reading = new Reading({ path, isCopy, own: own && ownDemoOf(own), connections, onStatus })
  void reading.open()
}

function removeSocket(): void {
  if (socket === undefined) return
  removeItemFolder(socket)
  removeAddressNow(socket)
}

channel.onMessage((message, port) => {
  switch (message.type) {
    case 'start':
      return start(message)
    case 'open':
      return open(message)
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
// Nobody is left to run for. SIGKILL, because exiting in order waits for threads that may take
// seconds to notice; the children see their sockets close. The host would have removed the folder.
channel.onClose(() => {
  run?.killPrograms()
  removeSocket()
  process.kill(process.pid, 'SIGKILL')
})
// Ended by an exception, or in Electron by its host's end.
process.once('exit', () => {
  run?.killPrograms()
  removeSocket()
})
channel.post({ type: 'ready' })
