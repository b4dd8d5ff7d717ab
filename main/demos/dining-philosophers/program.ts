import {
  Barrier,
  checkpoint,
  currentThread,
  Empty,
  Event,
  Lock,
  perfCounter,
  print,
  Queue,
  RuntimeError,
  Semaphore,
  sleep,
  Thread,
} from '../../threading/index.ts'

type Parameters = {
  philosophers: number
  meals: number
  think: number
  between: number
  eat: number
  patience: number
}

/** What everybody at the table shares. */
type Table = { seated: Barrier; served: Queue<number>; over: Event; waiter: Semaphore }

function busy(seconds: number): void {
  const end = perfCounter() + seconds
  while (perfCounter() < end);
}

function putBack(fork: Lock): void {
  try {
    fork.release()
  } catch (error) {
    // It was taken away: the deadlock was broken.
    if (!(error instanceof RuntimeError)) throw error
  }
}

function take(fork: Lock, over: Event): boolean {
  fork.acquire()
  if (!over.isSet()) return true
  putBack(fork)
  return false
}

function tell(longest: number): void {
  print(`${currentThread().name}: hungry for at most ${(longest * 1_000).toFixed(3)} ms`)
}

// Milliseconds in the form, seconds in the program.
export function oneThenTheOther(table: Table, one: Lock, other: Lock, p: Parameters): void {
  let longest = 0
  table.seated.wait()
  for (let meal = 0; meal < p.meals; meal += 1) {
    sleep(p.think / 1_000)
    const hungry = perfCounter()
    if (!take(one, table.over)) return
    sleep(p.between / 1_000)
    if (!take(other, table.over)) return
    longest = Math.max(longest, perfCounter() - hungry)
    busy(p.eat / 1_000)
    putBack(other)
    putBack(one)
    table.served.put(meal)
    checkpoint(1)
  }
  tell(longest)
}

export function askTheWaiter(table: Table, one: Lock, other: Lock, p: Parameters): void {
  let longest = 0
  table.seated.wait()
  for (let meal = 0; meal < p.meals; meal += 1) {
    sleep(p.think / 1_000)
    const hungry = perfCounter()
    table.waiter.acquire()
    if (!take(one, table.over)) return
    sleep(p.between / 1_000)
    if (!take(other, table.over)) return
    longest = Math.max(longest, perfCounter() - hungry)
    busy(p.eat / 1_000)
    putBack(other)
    putBack(one)
    table.waiter.release()
    table.served.put(meal)
    checkpoint(1)
  }
  tell(longest)
}

export function tryTheOther(table: Table, one: Lock, other: Lock, p: Parameters): void {
  let longest = 0
  table.seated.wait()
  for (let meal = 0; meal < p.meals; meal += 1) {
    sleep(p.think / 1_000)
    const hungry = perfCounter()
    for (;;) {
      if (!take(one, table.over)) return
      sleep(p.between / 1_000)
      if (other.acquire(false)) break
      putBack(one)
      // Not the same time for all, or they would fail together for ever.
      sleep((Math.random() * 2 * (p.between + p.eat)) / 1_000)
    }
    longest = Math.max(longest, perfCounter() - hungry)
    busy(p.eat / 1_000)
    putBack(other)
    putBack(one)
    table.served.put(meal)
    checkpoint(1)
  }
  tell(longest)
}

type Philosopher = typeof oneThenTheOther

function dine(philosopher: Philosopher, p: Parameters, lowestFirst = false): void {
  const n = p.philosophers
  const forks = Array.from({ length: n }, (_, seat) => new Lock({ name: `fork ${seat + 1}` }))
  const table: Table = {
    seated: new Barrier(n, { name: 'seated' }),
    served: new Queue(0, { name: 'served' }),
    over: new Event({ name: 'over' }),
    waiter: new Semaphore(n - 1, { name: 'waiter' }),
  }
  const threads = forks.map((left, seat) => {
    const right = forks[(seat + 1) % n] ?? left
    const args = lowestFirst && seat === n - 1 ? [right, left] : [left, right]
    const name = `philosopher ${seat + 1}`
    return new Thread({ target: philosopher, args: [table, args[0], args[1], p], name })
  })
  for (const thread of threads) thread.start()
  // A meal may take its time, even were all of them to compute in turn: only then patience begins.
  const patience = p.patience + (p.think + p.between + n * p.eat) / 1_000
  try {
    for (let meal = 0; meal < n * p.meals; meal += 1) table.served.get(true, patience)
  } catch (error) {
    if (!(error instanceof Empty)) throw error
    print(`no meal for ${patience.toFixed(2)} s: the forks are taken away`)
    table.over.set()
    table.waiter.release(n)
    for (const fork of forks) putBack(fork)
  }
  for (const thread of threads) thread.join()
}

// naive: the left fork, then the right one
export function naive(parameters: Parameters): void {
  dine(oneThenTheOther, parameters)
}

// ordered: the fork with the lower number first
export function ordered(parameters: Parameters): void {
  dine(oneThenTheOther, parameters, true)
}

// waiter: lets all but one reach for their forks
export function waiter(parameters: Parameters): void {
  dine(askTheWaiter, parameters)
}

// back-off: whoever does not get the second fork puts the first one back
export function backOff(parameters: Parameters): void {
  dine(tryTheOther, parameters)
}
