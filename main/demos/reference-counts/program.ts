import { Barrier, checkpoint, Lock, perfCounter, print, Thread } from '../../threading/index.ts'

type Parameters = { threads: number; rounds: number; steps: number }
type Work = { rounds: number; steps: number }
type Worker = (object: Counted, work: Work, barrier: Barrier, lock: Lock) => void

/** A model of an object with a count of references: JavaScript shows none of its own. */
export class Counted {
  readonly words = new Int32Array(new SharedArrayBuffer(8))

  get count(): number {
    return this.words[0] ?? 0
  }

  set count(count: number) {
    this.words[0] = count
  }
}

const COUNT = 0
/** How often the count came to 0 while main still had its reference: the object would be freed. */
const FREED = 1
/** Rounds between two checkpoints: there the emulated GIL changes hands. */
const CHECKPOINT = 100

/** Kept where the compiler cannot see that nobody reads it, so that it does the work. */
export const result = { value: 0 }

/** What a thread does with the object while it has it. */
function use(steps: number): void {
  let value = result.value
  for (let step = 0; step < steps; step += 1)
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0
  result.value = value
}

function dropped(object: Counted, count: number): void {
  if (count <= 0) Atomics.add(object.words, FREED, 1)
}

// load, add, store
export function plainly(object: Counted, { rounds, steps }: Work, barrier: Barrier): void {
  barrier.wait()
  barrier.wait()
  for (let round = 1; round <= rounds; round += 1) {
    object.count += 1
    use(steps)
    object.count -= 1
    dropped(object, object.count)
    if (round % CHECKPOINT === 0) checkpoint(CHECKPOINT)
  }
  checkpoint(rounds % CHECKPOINT)
  barrier.wait()
}

// the same within a lock
export function locked(object: Counted, work: Work, barrier: Barrier, lock: Lock): void {
  const { rounds, steps } = work
  barrier.wait()
  barrier.wait()
  for (let round = 1; round <= rounds; round += 1) {
    lock.withLock(() => (object.count += 1))
    use(steps)
    lock.withLock(() => {
      object.count -= 1
      dropped(object, object.count)
    })
    if (round % CHECKPOINT === 0) checkpoint(CHECKPOINT)
  }
  checkpoint(rounds % CHECKPOINT)
  barrier.wait()
}

// one instruction of the processor
export function atomically(object: Counted, { rounds, steps }: Work, barrier: Barrier): void {
  barrier.wait()
  barrier.wait()
  for (let round = 1; round <= rounds; round += 1) {
    Atomics.add(object.words, COUNT, 1)
    use(steps)
    dropped(object, Atomics.sub(object.words, COUNT, 1) - 1)
    if (round % CHECKPOINT === 0) checkpoint(CHECKPOINT)
  }
  checkpoint(rounds % CHECKPOINT)
  barrier.wait()
}

function run(target: Worker, { threads, rounds, steps }: Parameters): void {
  const object = new Counted()
  object.count = 1 // main's own reference
  const barrier = new Barrier(threads + 1)
  const args = [object, { rounds, steps }, barrier, new Lock()] as const
  const all = Array.from({ length: threads }, () => new Thread({ target, args }))
  for (const thread of all) thread.start()
  // Everybody is there, and waits once more: nobody has begun before the clock does.
  barrier.wait()
  const start = perfCounter()
  barrier.wait()
  barrier.wait()
  const each = ((perfCounter() - start) * 1e9) / (threads * rounds)
  for (const thread of all) thread.join()
  print(`model: ${object.count} counted, 1 held; ${object.words[FREED] ?? 0} times too few`)
  print(`each taken and dropped in ${each.toFixed(3)} ns`)
}

export function plain(parameters: Parameters): void {
  run(plainly, parameters)
}

export function lock(parameters: Parameters): void {
  run(locked, parameters)
}

export function atomic(parameters: Parameters): void {
  run(atomically, parameters)
}
