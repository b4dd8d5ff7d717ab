/**
 * The entry of a child process: node child.mjs ADDRESS NUMBER TOKEN. It calls the runner, is told
 * what to run, runs it in worker threads like any program, and ends with it. Its only link is the
 * socket, because in Electron it is a utility process without `process.send`.
 *
 * This thread never blocks, so it notices the end of the runner at once, whatever the program's
 * threads are doing.
 */
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { CallHub } from '../multiprocessing/calls/call-hub.ts'
import { AssertionError } from '../multiprocessing/errors.ts'
import { FrameReader, FrameWriter } from '../multiprocessing/frames.ts'
import { QueueHub } from '../multiprocessing/queues/hub.ts'
import { unpackArguments, type ProcessJob } from '../multiprocessing/job.ts'
import {
  PROTOCOL_VERSION,
  readFromRunner,
  writeMessage,
  type ToChild,
} from '../multiprocessing/messages.ts'
import type { ProcessEnds } from '../multiprocessing/portable.ts'
import { RequestServer } from '../multiprocessing/requests.ts'
// Registers how the handles of all its types are opened.
import '../multiprocessing/index.ts'
import { Control } from '../threading/runtime.ts'
import { LaneEnd, LaneKind } from '../trace/model.ts'
import { ChildTrace } from './child-trace.ts'
import { endOnBug } from './end-on-bug.ts'
import { ThreadHost } from './thread-host.ts'

const DRAIN_MILLISECONDS = 8
/** A child that is asked to end takes at most this long to send what it has recorded. */
const LAST_WORDS_MILLISECONDS = 200

const [address = '', number = '', token = ''] = process.argv.slice(2)
process.setSourceMapsEnabled(true)

const socket = connect(address)
const writer = new FrameWriter(socket)
const trace = new ChildTrace(writer)
const hub = new QueueHub({
  get isCongested() {
    return writer.isCongested
  },
  send: (message) => writeMessage(writer, message),
})
const reader = new FrameReader((type, payload) => receive(readFromRunner(type, payload)))
const ends: ProcessEnds = {
  queue: (reference) => hub.open(reference),
  lease: () => {
    throw new Error('no leases yet')
  },
}
let host: ThreadHost | undefined
let calls: CallHub | undefined
/** Units of work that the runner knows of. */
let reported = 0

socket.on('connect', () => {
  const hello = { version: PROTOCOL_VERSION, process: Number(number), pid: process.pid, token }
  writeMessage(writer, { type: 'hello', ...hello })
})
socket.on('data', (chunk) => reader.push(chunk))
// Always followed by close.
socket.on('error', () => undefined)
// The runner is gone, and with it everyone for whom this process runs. SIGKILL, because exiting
// in order would wait for threads that may never end.
socket.on('close', () => process.kill(process.pid, 'SIGKILL'))
writer.onDrain(() => hub.service())

process.once('SIGTERM', () => {
  trace.drain()
  hub.service()
  void Promise.race([writer.drained(), delay(LAST_WORDS_MILLISECONDS)]).then(() =>
    // Its listener is gone: now the signal ends the process, and the runner sees by what it ended.
    process.kill(process.pid, 'SIGTERM'),
  )
})

endOnBug()
process.on('uncaughtException', (error) => {
  writeMessage(writer, { type: 'crash', text: error.stack ?? String(error) })
  void exit(LaneEnd.threw)
})

function receive(message: ToChild): void {
  switch (message.type) {
    case 'job':
      void run(message.job, message.args)
      return
    case 'stop':
      void host?.stop()
      return
    case 'reply':
    case 'tell':
      calls?.receive(message)
      return
    default:
      hub.receive(message)
  }
}

async function run(job: ProcessJob, args: Uint8Array): Promise<void> {
  host = new ThreadHost({
    workerEntry: new URL('./worker.mjs', import.meta.url),
    processNumber: Number(number),
    tracing: job.traced,
    onSource: (source) => trace.add(source),
  })
  Atomics.store(host.control, Control.nextResource, job.resourceBase + 1)
  calls = new CallHub({
    control: host.control,
    process: Number(number),
    send: (message) => writeMessage(writer, message),
  })
  serveRequests(host, calls)
  setInterval(() => report(), DRAIN_MILLISECONDS)
  await host.prewarm(1)
  const ended = host.run({
    target: job.target,
    args: unpackArguments(args, ends),
    name: job.name,
    kind: LaneKind.process,
    parent: job.parent,
  })
  writeMessage(writer, { type: 'started' })
  const { end } = await ended
  // As CPython joins its feeder threads: what was put is delivered before the process ends.
  await hub.flush()
  calls.service()
  await exit(end)
}

/** What has been done and recorded since the last time. */
function report(): void {
  if (host !== undefined && host.progress !== reported && !writer.isCongested) {
    reported = host.progress
    writeMessage(writer, { type: 'progress', done: reported })
  }
  trace.drain()
}

function serveRequests({ control }: ThreadHost, calls: CallHub): void {
  new RequestServer(control, {
    openQueue: ({ queue, memory }) => {
      const { id, maxsize, name } = queue
      writeMessage(writer, { type: 'open', queue: id, maxsize, name })
      hub.adopt(id, memory)
      return null
    },
    askQueue: ({ queue, about, puts }) => hub.ask(queue, about, puts),
    openCalls: ({ channel, memory }) => {
      calls.open(channel, memory)
      return null
    },
    startProcess: () => {
      throw new AssertionError('daemonic processes are not allowed to have children')
    },
    signalProcess: () => null,
  })
}

async function exit(end: LaneEnd): Promise<void> {
  report()
  writeMessage(writer, { type: 'ended', end })
  await writer.drained()
  process.exit(end === LaneEnd.returned ? 0 : 1)
}
