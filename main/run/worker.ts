/**
 * The entry of every worker thread: parks, takes a job from its mailbox, is that thread until the
 * target ends, and parks again.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { EventKind, LaneEnd, LaneKind, OutputStream } from '../trace/model.ts'
import { RingTracer } from '../trace/ring.ts'
import { isKeyboardInterrupt, RuntimeError } from '../threading/errors.ts'
import { deadlineAfter, wait } from '../threading/futex.ts'
import { Gil, resumeGil, suspendGil, type GilHandle } from '../threading/gil.ts'
import { fromHandles } from '../threading/handles.ts'
import { Life } from '../threading/life.ts'
import { locationIn } from '../threading/location.ts'
import { writeLines } from '../threading/print.ts'
import { Control, enterThread, runtime } from '../threading/runtime.ts'
import type { ThreadJob, ThreadServices } from '../threading/runtime.ts'
import { resolveTarget } from '../threading/targets.ts'
import '../threading/index.ts'
// Registers its handles: a program may use what it was given without importing the class.
import '../multiprocessing/index.ts'
import { Mailbox, Post } from './mailbox.ts'
import { Parking } from './parking.ts'
import type { FromWorker, ThreadError, ThreadOutcome, WorkerSetup } from './thread-messages.ts'

// Given by the thread host, which alone starts this entry.
const setup = workerData as WorkerSetup
const port = parentPort
if (port === null) throw new Error('worker.ts is the entry of a worker thread')

const control = new Int32Array(setup.control)
const parking = new Parking(setup.parking, control)
const mailbox = new Mailbox(setup.host, setup.slot)
const post = new Post(setup.host)
const tell = (message: FromWorker): void => port.postMessage(message)

const services: ThreadServices = {
  control,
  tracer: setup.ring === undefined ? undefined : new RingTracer(setup.ring, process.hrtime.bigint),
  now: process.hrtime.bigint,
  mayBlock: true,
  startThread(job, timeout) {
    const slot = claimWorker(timeout)
    try {
      post.send(slot, job)
    } catch (error) {
      parking.park(slot)
      throw error
    }
    const { ident, name, daemon, life, gil } = job
    // Before the worker wakes up: should it die at once, the host knows whose life to end.
    tell({ type: 'claimed', slot, thread: { ident, name, daemon, life, gil } })
    parking.wake(slot)
  },
}

function claimWorker(timeout: number): number {
  let slot = parking.claim()
  if (slot >= 0) return slot
  const deadline = deadlineAfter(timeout)
  const gil = suspendGil()
  Atomics.add(control, Control.startersWaiting, 1)
  try {
    for (;;) {
      const generation = Atomics.load(control, Control.parkedGeneration)
      slot = parking.claim()
      if (slot >= 0) return slot
      tell({ type: 'grow' })
      if (!wait(control, Control.parkedGeneration, generation, deadline))
        throw new RuntimeError("can't start new thread")
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
    .filter((line) => !/^\s+at .*(\/main\/run\/worker\.ts:|node:internal\/)/.test(line))
    .join('\n')

/** As threading.excepthook and Process._bootstrap; the main thread's words are the interpreter's. */
function reportException(job: ThreadJob, error: ThreadError): void {
  const heading =
    job.kind === LaneKind.process
      ? `Process ${job.name}:\n`
      : job.parent === 0
        ? ''
        : `Exception in thread ${job.name}:\n`
  writeLines(OutputStream.error, heading + error.stack)
}

async function runTarget(job: ThreadJob): Promise<ThreadOutcome> {
  const { ident, name } = job
  try {
    const target = await resolveTarget(job.target)
    // fromHandles gives an array for an array; what the target makes of its arguments is its own.
    const args = fromHandles(job.args) as never[]
    if (job.gil !== undefined) {
      // Made by Gil's own toHandle.
      const gil = new Gil(job.gil as GilHandle)
      gil.take()
      runtime.gil = gil
    }
    await target(...args)
    return { ident, name, end: LaneEnd.returned }
  } catch (error) {
    if (isKeyboardInterrupt(error)) return { ident, name, end: LaneEnd.terminated }
    const described = describe(error)
    reportException(job, described)
    return { ident, name, end: LaneEnd.threw, error: described }
  }
}

async function runThread(job: ThreadJob): Promise<void> {
  enterThread(services, job.ident, job.name, job.daemon)
  const { tracer } = services
  tracer?.recordText(EventKind.laneStart, 0, job.ident, job.parent, job.kind, job.name)
  const outcome = await runTarget(job)
  runtime.gil?.dropIfHeld()
  runtime.gil = undefined
  const exitCode = outcome.end === LaneEnd.returned ? 0 : 1
  tracer?.record(EventKind.laneEnd, 0, job.ident, outcome.end, exitCode)
  // Parked before its end is seen, so that whoever joined it can start the next thread here.
  parking.park(setup.slot)
  tell({ type: 'ended', outcome })
  new Life(job.life).finish(outcome.end)
}

async function main(): Promise<never> {
  let jobs = 0
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
