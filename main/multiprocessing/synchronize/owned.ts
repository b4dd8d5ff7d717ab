/**
 * Handles of objects whose whole state is in the runner: an id and what every process must know.
 * They are the same in every process.
 */
import type { Seconds } from '../../core/units.ts'
import { deadlineAfter } from '../../threading/futex.ts'
import { registerShareable, type Handle, type Shareable } from '../../threading/handles.ts'
import type { Steps } from '../../threading/steps.ts'
import { WaitOutcome, type Wait } from '../../trace/model.ts'
import { callUntil, TIMED_OUT, type CallHooks } from '../calls/calls.ts'
import { registerPortable, type Managed } from '../portable.ts'
import { WaitRecord } from '../wait-record.ts'

export interface OwnedHandle extends Handle, Managed {
  readonly resource: number
  readonly name: string
}

/** @param inItems it may travel in items of queues as well. */
export function registerOwned<Given extends OwnedHandle>(
  type: Given['type'],
  revive: (handle: Given) => Shareable,
  inItems = false,
): void {
  registerShareable<Given>(type, revive, { ownFields: false })
  registerPortable<Given, Given>(type, {
    pack: (handle) => handle,
    open: (handle) => handle,
    inItems,
  })
}

export interface WaitingCall {
  readonly service: string
  readonly method: string
  /** The first is the resource. */
  readonly args: readonly [number, ...(readonly unknown[])]
  readonly why: Wait
  readonly limit: Seconds | undefined
  readonly hooks?: CallHooks
}

/**
 * A call that waits in the runner, as a wait in the trace. What it answers is the ident of the thread
 * that let it through, 0 where there is none, or an array that begins with it.
 * @returns undefined when it was too late.
 */
export function* waitingCall(call: WaitingCall): Steps<unknown> {
  const { service, method, args, why, limit, hooks } = call
  const wait = new WaitRecord(args[0], why, limit !== undefined)
  wait.begin(0)
  try {
    const answer = yield* callUntil(service, method, args, deadlineAfter(limit), hooks)
    const by: unknown = Array.isArray(answer) ? answer[0] : answer
    if (answer === TIMED_OUT) wait.end(WaitOutcome.timedOut)
    else wait.end(WaitOutcome.granted, typeof by === 'number' ? by : 0)
    return answer === TIMED_OUT ? undefined : answer
  } finally {
    wait.close()
  }
}
