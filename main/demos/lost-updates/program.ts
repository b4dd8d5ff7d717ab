import { Barrier, checkpoint, Lock, print, Thread } from '../../threading/index.ts'

type Parameters = { threads: number; increments: number; steps: number }
type Increment = (counter: Counter, work: Work, start: Barrier, lock: Lock) => void
type Work = { increments: number; steps: number }

/** A number in memory that threads share. */
export class Counter {
  readonly memory = new Int32Array(new SharedArrayBuffer(4))

  get value(): number {
    return this.memory[0] ?? 0
  }

  set value(value: number) {
    this.memory[0] = value
  }
}

/** Kept where the compiler cannot see that nobody reads it, so that it does the work. */
export const result = { value: 0 }

/** What a thread does besides: the fewer steps, the more often two want the counter at once. */
function work(steps: number): void {
  let value = result.value
  for (let step = 0; step < steps; step += 1)
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
  result.value = value
}

/** Increments between two checkpoints: there the emulated GIL changes hands. */
const CHECKPOINT = 1_000

// no lock: read, add, write
export function increment(counter: Counter, { increments, steps }: Work, start: Barrier): void {
  start.wait()
  for (let done = 1; done <= increments; done += 1) {
    counter.value += 1
    work(steps)
    if (done % CHECKPOINT === 0) checkpoint(CHECKPOINT)
  }
  checkpoint(increments % CHECKPOINT)
}

// with a lock around all three
export function incrementLocked(
  counter: Counter,
  { increments, steps }: Work,
  start: Barrier,
  lock: Lock,
): void {
  start.wait()
  for (let done = 1; done <= increments; done += 1) {
    lock.withLock(() => (counter.value += 1))
    work(steps)
    if (done % CHECKPOINT === 0) checkpoint(CHECKPOINT)
  }
  checkpoint(increments % CHECKPOINT)
}

function successor(value: number): number {
  checkpoint(1) // where a function begins, CPython may hand over the GIL
  return value + 1
}

// the same in two steps: between them another thread may have its turn
export function incrementSplit(
  counter: Counter,
  { increments, steps }: Work,
  start: Barrier,
): void {
  start.wait()
  let seen = false
  for (let done = 1; done <= increments; done += 1) {
    const value = counter.value
    const next = successor(value)
    if (counter.value !== value && !seen) {
      seen = true
      print(`read ${value}, writes ${next}, though the counter is now ${counter.value}`)
    }
    counter.value = next
    work(steps)
  }
}

// one instruction of the processor that does all three
export function incrementAtomically(
  counter: Counter,
  { increments, steps }: Work,
  start: Barrier,
): void {
  start.wait()
  for (let done = 1; done <= increments; done += 1) {
    Atomics.add(counter.memory, 0, 1)
    work(steps)
    if (done % CHECKPOINT === 0) checkpoint(CHECKPOINT)
  }
  checkpoint(increments % CHECKPOINT)
}

function run(target: Increment, { threads, increments, steps }: Parameters): void {
  const counter = new Counter()
  const lock = new Lock()
  const args = [counter, { increments, steps }, new Barrier(threads), lock] as const
  const all = Array.from({ length: threads }, () => new Thread({ target, args }))
  for (const thread of all) thread.start()
  for (const thread of all) thread.join()
  print(`counted ${counter.value} of ${threads * increments}`)
}

export function noLock(parameters: Parameters): void {
  run(increment, parameters)
}

export function withLock(parameters: Parameters): void {
  run(incrementLocked, parameters)
}

export function split(parameters: Parameters): void {
  run(incrementSplit, parameters)
}

export function atomic(parameters: Parameters): void {
  run(incrementAtomically, parameters)
}
