/**
 * What the lane of a program's thread shows while tasks of its event loop sleep: it sleeps as long
 * as nothing on the loop runs, however many of them are left.
 */
import { EventKind, LaneState } from '../trace/model.ts'
import { turn } from './futex.ts'
import { runtime } from './runtime.ts'

interface Loop {
  /** The thread: a worker runs one after the other. */
  readonly ident: number
  sleepers: number
  /** It will be said at the end of this turn that the lane sleeps. */
  isDue: boolean
}
let loop: Loop = { ident: 0, sleepers: 0, isDue: false }

/** A task of this thread falls asleep. @returns what it calls when it wakes up. */
export function taskSleeps(): () => void {
  if (loop.ident !== runtime.ident) loop = { ident: runtime.ident, sleepers: 0, isDue: false }
  const own = loop
  own.sleepers += 1
  sleepAfterTurn(own)
  return () => {
    own.sleepers -= 1
    run(own)
  }
}

/** A task of this thread has waited for something else than time, and goes on. */
export function taskGoesOn(): void {
  if (loop.sleepers > 0) run(loop)
}

function run(own: Loop): void {
  if (own.ident !== runtime.ident) return
  runtime.tracer?.record(EventKind.state, 0, LaneState.running, 0, 0)
  if (own.sleepers > 0) sleepAfterTurn(own)
}

/** Once whatever runs in this turn of the loop has come to its own await: then nothing runs. */
function sleepAfterTurn(own: Loop): void {
  if (own.isDue) return
  own.isDue = true
  void turn().then(() => {
    own.isDue = false
    if (own.sleepers > 0 && own.ident === runtime.ident)
      runtime.tracer?.record(EventKind.state, 0, LaneState.sleeping, 0, 1)
  })
}
