/**
 * The entry of a child process: node child.mjs ADDRESS NUMBER TOKEN traced|untraced. It calls the
 * runner while its first worker starts, is told what to run, now or later, runs it in worker threads
 * like any program, and ends with it. Its only link is the socket, because in Electron it is a
 * utility process without `process.send`.
 *
 * This thread never blocks, so it notices the end of the runner at once, whatever the program's
 * threads are doing.
 */
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { CallHub } from '../multiprocessing/calls/call-hub.ts'
import { FrameReader, FrameWriter } from '../multiprocessing/frames.ts'
import { QueueHub } from '../multiprocessing/queues/hub.ts'
import { unpackArguments, type ProcessJob } from '../multiprocessing/job.ts'
import { readFromRunner, writeMessage } from '../multiprocessing/message-codec.ts'
import { PROTOCOL_VERSION, type ToChild } from '../multiprocessing/messages.ts'
import type { ProcessEnds } from '../multiprocessing/portable.ts'
import { ProcessLife } from '../multiprocessing/process-life.ts'
import { becomeProcess } from '../multiprocessing/process-self.ts'
import { answerEnd, provideEnds } from '../multiprocessing/received.ts'
import { answerOn, RequestServer } from '../multiprocessing/requests.ts'
import { LeaseHub } from '../multiprocessing/synchronize/lease-hub.ts'
// Registers how the handles of all its types are opened.
import '../multiprocessing/index.ts'
import { numberOf } from '../multiprocessing/start-method.ts'
import { Control } from '../threading/runtime.ts'
import { LaneEnd, LaneKind } from '../trace/model.ts'
import type { Bootstrap } from './bootstrap.ts'
import { ChildStarter } from './child-starter.ts'
import { ChildTrace } from './child-trace.ts'
import { endOnBug } from './end-on-bug.ts'
import { findItemFolder, removeItemFolder } from './item-folder.ts'
import { ThreadHost } from './thread-host.ts'
import type { ThreadOutcome } from './thread-messages.ts'
import { Usage, USAGE_INTERVAL } from './usage.ts'

const DRAIN_MILLISECONDS = 8
/** A child that is asked to end takes at most this long to send what it has recorded. */
const LAST_WORDS_MILLISECONDS = 200

/** Of a text that is printed: what a frame can carry, whatever the characters. */
const MAX_OUTPUT_CHARACTERS = 4 * 2 ** 20

/** At its end a child waits this long until the runner has read everything. */
const FAREWELL_MILLISECONDS = 5000

/** From SIGTERM to SIGKILL for daemons that this process started, at its end. Seconds. */
const DAEMON_GRACE = 0.5

const [address = '', argument = '', token = '', traced = ''] = process.argv.slice(2)
const number = Number(argument)
process.setSourceMapsEnabled(true)

const socket = connect(address)
const writer = new FrameWriter(socket)
const trace = new ChildTrace(writer)
const hub = new QueueHub({
  get isCongested() {
    return writer.isCongested
  },
  send: (message) => {
    // Whoever hears of what a thread has put must find the locks as that thread left them.
    leases.report()
    // The others only ask for something.
    const { type } = message
    if (type === 'put' || type === 'ends' || type === 'done' || type === 'ask') hub.tellTaken()
    writeMessage(writer, message)
  },
  get itemFolder() {
    return findItemFolder(address)
  },
})
const reader = new FrameReader((type, payload) => receive(readFromRunner(type, payload)))
const ends: ProcessEnds = {
  queue: (reference) => hub.open(reference),
  lease: ({ id }) => leases.open(id),
}
const host = new ThreadHost({
  workerEntry: new URL('./worker.mjs', import.meta.url),
  processNumber: number,
  tracing: traced === 'traced',
  onSource: (source) => trace.add(source),
  onOutput: (stream, text) =>
    writeMessage(writer, { type: 'output', stream, text: text.slice(0, MAX_OUTPUT_CHARACTERS) }),
})
provideEnds(host.control, ends)
const calls = new CallHub({
  control: host.control,
  process: number,
  send: (message) => writeMessage(writer, message),
})
const leases = new LeaseHub(calls, number)
calls.beforeSend(() => hub.tellTaken())
const starter = new ChildStarter(number, (request, args) => {
  hub.tellTaken()
  writeMessage(writer, { type: 'request', request, args })
})
/** It has something to run: before that it says nothing. */
let running = false
/** It has said everything. */
let leaving = false
/** From when it has something to run. */
let usage: Usage | undefined
/** Units of work that the runner knows of. */
let reported = 0

socket.on('connect', () => {
  const hello = { version: PROTOCOL_VERSION, process: number, pid: process.pid, token }
  writeMessage(writer, { type: 'hello', ...hello })
})
socket.on('data', (chunk) => reader.push(chunk))
// Always followed by close.
socket.on('error', () => undefined)
// The runner is gone, and with it everyone for whom this process runs. SIGKILL, because exiting
// in order would wait for threads that may never end.
socket.on('close', () => {
  if (leaving) return
  // Where there is a host it does the same.
  removeItemFolder(address)
  process.kill(process.pid, 'SIGKILL')
})
writer.onDrain(() => hub.service())

process.once('SIGTERM', () => {
  recordUsage()
  if (running) trace.drain()
  hub.service()
  calls.service()
  void Promise.race([writer.drained(), delay(LAST_WORDS_MILLISECONDS)]).then(() =>
    // Its listener is gone: now the signal ends the process, and the runner sees by what it ended.
    process.kill(process.pid, 'SIGTERM'),
  )
})

endOnBug()
process.on('uncaughtException', (error) => {
  writeMessage(writer, { type: 'crash', text: error.stack ?? String(error) })
  void exit(LaneEnd.threw, 1)
})
serveRequests()
// Not waited for: what the child is to run waits for it.
const warmed = host.prewarm(1)

function receive(message: ToChild): void {
  switch (message.type) {
    case 'job':
      void run(message.job, message.args)
      return
    case 'stop':
      void host.stop()
      return
    case 'report':
      starter.receive(message.report)
      return
    case 'reply':
    case 'tell':
      calls.receive(message)
      return
    default:
      hub.receive(message)
  }
}

async function run(job: ProcessJob, args: Uint8Array): Promise<void> {
  running = true
  const { name, daemon, identity, parent, parentProcess } = job
  Atomics.store(host.control, Control.nextResource, job.resourceBase + 1)
  Atomics.store(host.control, Control.startMethod, numberOf(job.method))
  const life = new ProcessLife()
  life.starting()
  life.started(number, process.pid)
  const parentLife = starter.adopt(parentProcess.number, parentProcess.pid)
  const self = {
    ...{ number, name, daemon, identity, life: life.memory },
    parent: { ...parentProcess, life: parentLife },
  }
  becomeProcess(self)
  setInterval(() => report(), DRAIN_MILLISECONDS)
  usage = new Usage()
  recordUsage()
  setInterval(() => recordUsage(), USAGE_INTERVAL)
  await warmed
  const setUp: Bootstrap = { self, target: job.target, class: job.class }
  const ended = host.run({
    target: { module: new URL('./bootstrap.mjs', import.meta.url).href, name: 'bootstrap' },
    args: [setUp, ...unpackArguments(args, ends)],
    name,
    kind: LaneKind.process,
    parent,
  })
  writeMessage(writer, { type: 'started' })
  const outcome = await ended
  await starter.end(DAEMON_GRACE)
  // As CPython joins its feeder threads: what was put is delivered before the process ends.
  await hub.flush()
  calls.service()
  await exit(outcome.end, exitCodeOf(outcome))
}

/** What the program said with exit() or process.exit(); else as CPython: 1 when it threw. */
const exitCodeOf = ({ end, error, exitCode }: ThreadOutcome): number =>
  exitCode ?? error?.exitCode ?? (end === LaneEnd.returned ? 0 : 1)

/** What has been done and recorded since the last time. */
function report(): void {
  if (host.progress !== reported && !writer.isCongested) {
    reported = host.progress
    writeMessage(writer, { type: 'progress', done: reported })
  }
  trace.drain()
}

function recordUsage(): void {
  if (host.tracer !== undefined) usage?.record(host.tracer)
}

function serveRequests(): void {
  new RequestServer(host.control, {
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
    // Only the runner's own threads have cells in shared memory.
    openShared: () => null,
    openLease: ({ id, memory }) => {
      leases.adopt(id, memory)
      return null
    },
    startProcess: (body) => starter.start(body),
    signalProcess: ({ process, force }) => {
      starter.signal(process, force)
      return null
    },
    listChildren: ({ channel }) => answerOn(channel, starter.offspring.list()),
    openEnd: (body) => answerEnd(ends, body),
  })
}

async function exit(end: LaneEnd, exitcode: number): Promise<void> {
  recordUsage()
  report()
  writeMessage(writer, { type: 'ended', end })
  await writer.drained()
  leaving = true
  writer.dispose()
  // Until the runner has read to the end and closes as well. Were this end closed before, whatever
  // the runner writes would fail, and with that Node drops what it has not read yet.
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.end()
  await Promise.race([closed, delay(FAREWELL_MILLISECONDS)])
  process.exit(exitcode)
}
