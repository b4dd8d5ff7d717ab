/** A runner that runs nothing: it reports `running`, or that a recording is open, and does what its port tells it. */
import { nanoseconds } from '../../../main/core/units.ts'
import type { RunRequest, RunState, RunStatus } from '../../../main/run/contract.ts'
import { openHostChannel } from '../../../main/run/host-channel.ts'
import { requestIn } from '../../../main/run/recorded.ts'
import { ORDERS } from './orders.ts'

const channel = openHostChannel()
const statusOf = (state: RunState, request: RunRequest): RunStatus => ({
  ...{ state, request, done: 0, total: 0, unit: '', section: 1, sections: 1, events: 0 },
  ...{ elapsed: nanoseconds(0), newest: nanoseconds(0), eventRate: 0, dropped: 0, tracerShare: 0 },
})

let request: RunRequest | undefined
channel.onMessage((message, port) => {
  if (message.type === 'start') {
    request = message.request
    channel.post({ type: 'status', status: statusOf('running', request) })
  }
  if (message.type === 'open') {
    const status = statusOf('finished', requestIn(undefined))
    const recording = { path: message.path, bytes: 0, opened: true } as const
    channel.post({ type: 'status', status: { ...status, recording } })
  }
  if (message.type === 'stop' && request !== undefined) {
    channel.post({ type: 'status', status: statusOf('stopped', request) })
  }
  if (message.type !== 'attach' || port === undefined) return
  port.on('message', ({ data }) => {
    if (!(data instanceof Uint8Array)) throw new TypeError('a port carries bytes')
    switch (data[0]) {
      case ORDERS.exit:
        return process.exit(data[1])
      case ORDERS.spawn:
        return channel.post({ type: 'spawn', child: 1, args: ['--of', String(process.pid)] })
      case ORDERS.kill:
        return process.kill(process.pid, 'SIGKILL')
      case ORDERS.closePort:
        return port.close()
      default:
        port.postMessage(data)
    }
  })
  port.start()
})
channel.post({ type: 'ready' })
