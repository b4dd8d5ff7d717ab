/** What is said about a thread whose worker has died under it. */
import { EventKind, LaneEnd, OutputStream } from '../trace/model.ts'
import { RingTracer } from '../trace/ring.ts'
import type { ThreadError, ThreadRecord } from './thread-messages.ts'
import type { WorkerSlot } from './worker-pool.ts'

export interface Death {
  readonly end: LaneEnd
  /** Undefined: it was stopped. */
  readonly error: ThreadError | undefined
}

/**
 * Says in the thread's own ring how it ended: the worker is gone, and the ring has no other writer.
 *
 * @param code the worker's exit code.
 * @param stopping the run is being stopped.
 */
export function recordDeath(
  { error: thrown, ring }: WorkerSlot,
  { name, ident }: ThreadRecord,
  code: number,
  stopping: boolean,
): Death {
  const death =
    thrown !== undefined
      ? { end: LaneEnd.killed, error: describeError(thrown) }
      : stopping
        ? { end: LaneEnd.terminated, error: undefined }
        : { end: LaneEnd.killed, error: exitedItself(code) }
  const tracer = ring && new RingTracer(ring, process.hrtime.bigint)
  if (death.error !== undefined) {
    const words = `${name}: ${death.error.message}`
    tracer?.recordText(EventKind.output, 0, OutputStream.error, 0, 0, words)
  }
  tracer?.record(EventKind.laneEnd, 0, ident, death.end, code)
  return death
}

/** Without an error, only process.exit ends a worker that nobody has terminated. */
const exitedItself = (code: number): ThreadError => ({
  name: 'SystemExit',
  message: `process.exit(${code}) ended the thread`,
  stack: '',
  at: '',
  exitCode: code,
})

export function describeError(error: unknown): ThreadError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { name, message, stack: stack ?? message, at: '' }
}
