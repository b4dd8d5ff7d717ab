import {
  Barrier,
  BoundedSemaphore,
  checkpoint,
  currentThread,
  Lock,
  perfCounter,
  print,
  Thread,
} from '../../threading/index.ts'

type Parameters = {
  permits: number
  tasks: number
  rounds: number
  hold: number
  records: number
}

/** Each record has a version, guarded by the lock. */
type Store = { ready: Barrier; lock: Lock; versions: SharedArrayBuffer }

function compute(steps: number): number {
  let n = 0
  for (let step = 0; step < steps; step += 1) n = (Math.imul(n, 1_664_525) + step) | 0
  return n
}

/** Steps that take a thread so long when it has a processor to itself. */
function stepsIn(seconds: number): number {
  let fastest = 0
  for (let round = 0; round < 30; round += 1) {
    const start = perfCounter()
    compute(50_000)
    fastest = Math.max(fastest, 50_000 / (perfCounter() - start))
  }
  return Math.round(fastest * seconds)
}

function version({ lock, versions }: Store, record: number): number {
  return lock.withLock(() => new Int32Array(versions)[record] ?? 0)
}

/** Nothing is written when somebody else has been faster. */
function commit({ lock, versions }: Store, record: number, seen: number): boolean {
  return lock.withLock(() => {
    const all = new Int32Array(versions)
    if (all[record] !== seen) return false
    all[record] = seen + 1
    return true
  })
}

/** Reads a record, computes, and writes it: once more if it has changed meanwhile. */
function transaction(store: Store, record: number, steps: number): number {
  for (let inVain = 0; ; inVain += 1) {
    const seen = version(store, record)
    compute(steps)
    checkpoint()
    if (commit(store, record, seen)) return inVain
  }
}

export function limitedTask(
  pool: BoundedSemaphore,
  store: Store,
  steps: number,
  p: Parameters,
): void {
  let inVain = 0
  store.ready.wait()
  for (let round = 0; round < p.rounds; round += 1) {
    const record = Math.floor(Math.random() * p.records)
    inVain += pool.withLock(() => transaction(store, record, steps))
    checkpoint(1)
  }
  print(`${currentThread().name}: ${p.rounds} transactions, ${inVain} attempts in vain`)
}

export function task(store: Store, steps: number, p: Parameters): void {
  let inVain = 0
  store.ready.wait()
  for (let round = 0; round < p.rounds; round += 1) {
    const record = Math.floor(Math.random() * p.records)
    inVain += transaction(store, record, steps)
    checkpoint(1)
  }
  print(`${currentThread().name}: ${p.rounds} transactions, ${inVain} attempts in vain`)
}

function newStore({ tasks, records }: Parameters): Store {
  return {
    // All begin at one time, however long it takes until each of them has been started.
    ready: new Barrier(tasks, { name: 'ready' }),
    lock: new Lock({ name: 'store' }),
    versions: new SharedArrayBuffer(records * 4),
  }
}

// limited: only so many transactions at once
export function limited(p: Parameters): void {
  const pool = new BoundedSemaphore(p.permits, { name: 'pool' })
  // Milliseconds in the form, seconds in the program.
  const args = [pool, newStore(p), stepsIn(p.hold / 1_000), p] as const
  const threads = Array.from({ length: p.tasks }, (_, index) => {
    return new Thread({ target: limitedTask, args, name: `task ${index + 1}` })
  })
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}

// unlimited: all at once
export function unlimited(p: Parameters): void {
  const args = [newStore(p), stepsIn(p.hold / 1_000), p] as const
  const threads = Array.from({ length: p.tasks }, (_, index) => {
    return new Thread({ target: task, args, name: `task ${index + 1}` })
  })
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}
