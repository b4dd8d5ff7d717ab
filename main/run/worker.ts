/**
 * The entry of every worker thread: parks, takes a job from its mailbox, is that thread until the
 * target ends, and parks again.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { EventKind, LaneEnd, LaneKind, OutputStream } from '../trace/model.ts'
import { RingTracer } from '../trace/ring.ts'
import { beginThread } from '../threading/begin.ts'
import { currentThread } from '../threading/current.ts'
import { isKeyboardInterrupt, RuntimeError } from '../threading/errors.ts'
import { deadlineAfter, wait } from '../threading/futex.ts'
import { Gil, resumeGil, suspendGil, type GilHandle } from '../threading/gil.ts'
import { reportException } from '../threading/excepthook.ts'
import { isSystemExit, type SystemExit } from '../threading/exit.ts'
import { Life } from '../threading/life.ts'
import { locationIn } from '../threading/location.ts'
import { str, writeLines } from '../threading/print.ts'
import { Control, enterThread, runtime } from '../threading/runtime.ts'
import type { ThreadJob, ThreadServices } from '../threading/runtime.ts'
import '../threading/index.ts'
// Registers its handles: a program may use what it was given without importing the class.
import '../multiprocessing/index.ts'
import { Mailbox, Post } from './mailbox.ts'
import { nativeThreadId } from './native-id.ts'
import { Parking } from './parking.ts'
import { programLines } from './program-lines.ts'
import type { FromWorker, ThreadError, ThreadOutcome, WorkerSetup } from './thread-messages.ts'

// Given by the thread host, which alone starts this entry.
const setup = workerData as WorkerSetup
const port = parentPort
if (port === null) throw new Error('worker.ts is the entry of a worker thread')

const control = new Int32Array(setup.control)
const lives = new Int32Array(setup.lives)
const parking = new Parking(setup.parking, control)
const mailbox = new Mailbox(setup.host, setup.slot)
const post = new Post(setup.host)
const tell = (message: FromWorker): void => port.postMessage(message)

const services: ThreadServices = {
  control,
  lives,
  nativeId: nativeThreadId(),
  tracer: setup.ring === undefined ? undefined : new RingTracer(setup.ring, process.hrtime.bigint),
  now: process.hrtime.bigint,
  write: (stream, text) => tell({ type: 'output', at: process.hrtime.bigint(), stream, text }),
  lineOf: programLines(new URL('.', import.meta.url).href),
  mayBlock: true,
  startThread(job, timeout) {
    const slot = claimWorker(timeout)
    try {
      post.send(slot, job)
    } catch (error) {
      parking.park(slot)
      throw error
    }
    const { ident, serial, name, daemon, gil } = job
    new Life(job).taken(parking.nativeId(slot))
    // Before the worker wakes up: should it die at once, the host knows whose life to end.
    tell({ type: 'claimed', slot, thread: { ident, serial, name, daemon, gil } })
    parking.wake(slot)
  },
}

/** Seconds: the worker of a thread that has just ended and was joined is parked soon after. */
const WAIT_WHEN_FULL = 1

function claimWorker(timeout: number): number {
  let slot = parking.claim()
  if (slot >= 0) return slot
  const deadline = deadlineAfter(timeout)
  const full = deadlineAfter(Math.min(timeout, WAIT_WHEN_FULL))
  const gil = suspendGil()
  Atomics.add(control, Control.startersWaiting, 1)
  try {
    for (;;) {
      const generation = Atomics.load(control, Control.parkedGeneration)
      slot = parking.claim()
      if (slot >= 0) return slot
      tell({ type: 'grow' })
      const isFull = parking.up() >= setup.maxThreads
      const until = isFull ? full : deadline
      if (wait(control, Control.parkedGeneration, generation, until)) continue
      throw new RuntimeError(
        isFull
          ? `can't start new thread: ${setup.maxThreads} are alive, which is the limit`
          : "can't start new thread",
      )
    }
  } finally {
    Atomics.sub(control, Control.startersWaiting, 1)
    resumeGil(gil)
  }
}

function describe(error: unknown): ThreadError {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), stack: String(error), at: '' }
  const stack = programFrames(error.stack ?? `${error.name}: ${error.message}`)
  return { name: error.name, message: error.message, stack, at: locationIn(stack) }
}

/** The stack without the frames of this entry and of Node below the program's. */
const programFrames = (stack: string): string =>
  stack
    .split('\n')
    .filter(
      (line) =>
        !/^\s+at .*(\/main\/(run\/(worker|bootstrap)|multiprocessing\/process)\.ts:|node:internal\/)/.test(
          line,
        ),
    )
    .join('\n')

const traceback = (error: unknown): string => describe(error).stack

/** An exception in the main thread is not threading's: the interpreter's or Process's words. */
async function report(job: ThreadJob, error: unknown): Promise<void> {
  if (job.kind === LaneKind.thread) await reportException(error, currentThread(), traceback)
  else {
    const heading = job.kind === LaneKind.process ? `Process ${job.name}:\n` : ''
    writeLines(OutputStream.error, heading + traceback(error))
  }
}

async function runTarget(job: ThreadJob): Promise<ThreadOutcome> {
  const { ident, name } = job
  try {
    const thread = await beginThread(job)
    if (job.gil !== undefined) {
      // Made by Gil's own toHandle.
      const gil = new Gil(job.gil as GilHandle)
      gil.take()
      runtime.gil = gil
    }
    await thread.run()
    return { ident, name, end: LaneEnd.returned }
  } catch (error) {
    if (isKeyboardInterrupt(error)) return { ident, name, end: LaneEnd.terminated }
    if (isSystemExit(error) && job.kind !== LaneKind.thread) return exited(job, error)
    await report(job, error)
    if (isSystemExit(error)) return { ident, name, end: LaneEnd.returned }
    return { ident, name, end: LaneEnd.threw, error: describe(error) }
  }
}

/** As sys.exit in the main thread: what is no integer is printed, and the exit code is 1. */
function exited({ ident, name }: ThreadJob, { code }: SystemExit): ThreadOutcome {
  // True and False are integers in Python.
  const isNumber = Number.isInteger(code) || typeof code === 'boolean'
  const isText = code !== undefined && code !== null && !isNumber
  if (isText) writeLines(OutputStream.error, str(code))
  const exitCode = isText ? 1 : Number(code ?? 0) & 0xff
  if (exitCode === 0) return { ident, name, end: LaneEnd.returned, exitCode }
  const error = { name: 'SystemExit', message: `exit code ${exitCode}`, stack: '', at: '' }
  return { ident, name, end: LaneEnd.threw, exitCode, error }
}

async function runThread(job: ThreadJob): Promise<void> {
  enterThread(services, job.ident, job.name, job.daemon)
  const { tracer } = services
  tracer?.recordText(EventKind.laneStart, 0, job.ident, job.parent, job.kind, job.name)
  const outcome = await runTarget(job)
  runtime.gil?.dropIfHeld()
  runtime.gil = undefined
  const { exitCode = outcome.end === LaneEnd.returned ? 0 : 1 } = outcome
  tracer?.record(EventKind.laneEnd, 0, job.ident, outcome.end, exitCode)
  // Parked before its end is seen, so that whoever joined it can start the next thread here.
  parking.park(setup.slot)
  tell({ type: 'ended', outcome })
  new Life(job).finish(outcome.end)
}

async function main(): Promise<never> {
  let jobs = 0
  parking.identify(setup.slot, services.nativeId)
  parking.park(setup.slot)
  tell({ type: 'ready' })
  for (;;) {
    parking.awaitJob(setup.slot, jobs)
    jobs++
    const job = mailbox.take()
    if (job !== undefined) await runThread(job)
    // Lets what the program left to the event loop (console output) go out.
    await new Promise(setImmediate)
  }
}

await main()
