import {
  Barrier,
  checkpoint,
  currentThread,
  Lock,
  perfCounter,
  print,
  Semaphore,
  sleep,
  Thread,
} from '../../threading/index.ts'

type Parameters = {
  readers: number
  writers: number
  read: number
  write: number
  pause: number
  rounds: number
}

/** Shared memory: how many are there, and the record that is read and written, in two halves. */
const words = (memory: SharedArrayBuffer) => new Int32Array(memory)

/** Adds to a word that a semaphore guards, and gives what it is now. */
function add(memory: SharedArrayBuffer, by: number): number {
  const counts = words(memory)
  return (counts[0] = (counts[0] ?? 0) + by)
}

interface Room {
  beginRead(): void
  endRead(): void
  beginWrite(): void
  endWrite(): void
}

/** Nobody is kept out. */
export class NoLock implements Room {
  beginRead(): void {
    // always open
  }
  endRead(): void {
    // always open
  }
  beginWrite(): void {
    // always open
  }
  endWrite(): void {
    // always open
  }
}

/** One at a time, whoever it is. */
export class Mutex implements Room {
  readonly mutex = new Lock({ name: 'mutex' })

  beginRead(): void {
    this.mutex.acquire()
  }
  endRead(): void {
    this.mutex.release()
  }
  beginWrite(): void {
    this.mutex.acquire()
  }
  endWrite(): void {
    this.mutex.release()
  }
}

/** The first reader keeps the writers out, the last one lets them in. */
export class ReadersFirst implements Room {
  readonly mutex = new Semaphore(1, { name: 'mutex' })
  readonly w = new Semaphore(1, { name: 'w' })
  readonly readers = new SharedArrayBuffer(4)

  beginRead(): void {
    this.mutex.acquire()
    if (add(this.readers, 1) === 1) this.w.acquire()
    this.mutex.release()
  }
  endRead(): void {
    this.mutex.acquire()
    if (add(this.readers, -1) === 0) this.w.release()
    this.mutex.release()
  }
  beginWrite(): void {
    this.w.acquire()
  }
  endWrite(): void {
    this.w.release()
  }
}

/** The first writer keeps new readers out as well, the last one lets them in. */
export class WritersFirst implements Room {
  readonly mutex1 = new Semaphore(1, { name: 'mutex 1' })
  readonly mutex2 = new Semaphore(1, { name: 'mutex 2' })
  readonly mutex3 = new Semaphore(1, { name: 'mutex 3' })
  readonly r = new Semaphore(1, { name: 'r' })
  readonly w = new Semaphore(1, { name: 'w' })
  readonly readers = new SharedArrayBuffer(4)
  readonly writers = new SharedArrayBuffer(4)

  beginRead(): void {
    this.mutex3.acquire()
    this.r.acquire()
    this.mutex1.acquire()
    if (add(this.readers, 1) === 1) this.w.acquire()
    this.mutex1.release()
    this.r.release()
    this.mutex3.release()
  }
  endRead(): void {
    this.mutex1.acquire()
    if (add(this.readers, -1) === 0) this.w.release()
    this.mutex1.release()
  }
  beginWrite(): void {
    this.mutex2.acquire()
    if (add(this.writers, 1) === 1) this.r.acquire()
    this.mutex2.release()
    this.w.acquire()
  }
  endWrite(): void {
    this.w.release()
    this.mutex2.acquire()
    if (add(this.writers, -1) === 0) this.r.release()
    this.mutex2.release()
  }
}

/** As readers first, but everybody goes through a turnstile, in the order they came. */
export class Fair implements Room {
  readonly turnstile = new Semaphore(1, { name: 'turnstile', handOff: true })
  readonly mutex = new Semaphore(1, { name: 'mutex' })
  readonly w = new Semaphore(1, { name: 'w' })
  readonly readers = new SharedArrayBuffer(4)

  beginRead(): void {
    this.turnstile.acquire()
    this.mutex.acquire()
    if (add(this.readers, 1) === 1) this.w.acquire()
    this.mutex.release()
    this.turnstile.release()
  }
  endRead(): void {
    this.mutex.acquire()
    if (add(this.readers, -1) === 0) this.w.release()
    this.mutex.release()
  }
  beginWrite(): void {
    this.turnstile.acquire()
    this.w.acquire()
    this.turnstile.release()
  }
  endWrite(): void {
    this.w.release()
  }
}

function tell(times: number, done: string, longest: number, total: number): void {
  const [mean, most] = [total / times, longest].map((seconds) => (seconds * 1_000).toFixed(3))
  print(
    `${currentThread().name}: ${times} ${done}, waited ${mean} ms on average, ${most} ms at most`,
  )
}

// Milliseconds in the form, seconds in the program.
export function reader(ready: Barrier, room: Room, record: SharedArrayBuffer, p: Parameters): void {
  const [halves, before] = [words(record), { longest: 0, total: 0 }]
  let torn = 0
  ready.wait()
  for (let round = 0; round < p.rounds; round += 1) {
    sleep(p.pause / 1_000)
    const start = perfCounter()
    room.beginRead()
    const waited = perfCounter() - start
    const first = halves[0]
    // Not in step with the others.
    sleep((Math.random() * 2 * p.read) / 1_000)
    if (halves[1] !== first) torn += 1
    room.endRead()
    before.longest = Math.max(before.longest, waited)
    before.total += waited
    checkpoint(1)
  }
  tell(p.rounds, 'reads', before.longest, before.total)
  if (torn > 0) print(`${torn} reads saw a record that was half written`)
}

export function writer(ready: Barrier, room: Room, record: SharedArrayBuffer, p: Parameters): void {
  const [halves, before] = [words(record), { longest: 0, total: 0 }]
  ready.wait()
  for (let round = 0; round < p.rounds; round += 1) {
    sleep(p.pause / 1_000)
    const start = perfCounter()
    room.beginWrite()
    const waited = perfCounter() - start
    halves[0] = (halves[0] ?? 0) + 1
    sleep(p.write / 1_000)
    halves[1] = halves[0]
    room.endWrite()
    before.longest = Math.max(before.longest, waited)
    before.total += waited
    checkpoint(1)
  }
  tell(p.rounds, 'writes', before.longest, before.total)
}

function run(room: Room, p: Parameters): void {
  const record = new SharedArrayBuffer(8)
  // All begin at one time, however long it takes until each of them has been started.
  const ready = new Barrier(p.readers + p.writers, { name: 'ready' })
  const args = [ready, room, record, p] as const
  const readers = Array.from({ length: p.readers }, (_, index) => {
    return new Thread({ target: reader, args, name: `reader ${index + 1}` })
  })
  const writers = Array.from({ length: p.writers }, (_, index) => {
    return new Thread({ target: writer, args, name: `writer ${index + 1}` })
  })
  for (const thread of [...readers, ...writers]) thread.start()
  for (const thread of [...readers, ...writers]) thread.join()
}

// readers first
export function readersFirst(parameters: Parameters): void {
  run(new ReadersFirst(), parameters)
}

// writers first
export function writersFirst(parameters: Parameters): void {
  run(new WritersFirst(), parameters)
}

// fair: in the order they came
export function fair(parameters: Parameters): void {
  run(new Fair(), parameters)
}

// one at a time
export function mutex(parameters: Parameters): void {
  run(new Mutex(), parameters)
}

// no lock: wrong
export function noLock(parameters: Parameters): void {
  run(new NoLock(), parameters)
}
