import {
  checkpoint,
  Condition,
  currentThread,
  print,
  Queue,
  Semaphore,
  sleep,
  Thread,
} from '../../threading/index.ts'

type Parameters = {
  items: number
  produce: number
  consume: number
  window: number
  timeout: number
  consumers: number
}

/** One place for an item, a condition that says it is there, and a semaphore that it is free. */
type Slot = { place: SharedArrayBuffer; changed: Condition; free: Semaphore }

const END = -1
const NOTHING = 0

/** What lies in the place: NOTHING, an item, or END. */
const look = ({ place }: Slot): number => new Int32Array(place)[0] ?? NOTHING

function fill({ place }: Slot, item: number): void {
  new Int32Array(place)[0] = item
}

/** On average so long: nobody is in step with the others. */
function work(milliseconds: number): void {
  sleep((Math.random() * 2 * milliseconds) / 1_000)
}

/** An item is there, and the one who waited for it does not know. */
function tell(got: number, lost: number, forNothing: number): void {
  const { name } = currentThread()
  print(
    `${name}: ${got} items, ${lost} times asleep beside one, ${forNothing} times up for nothing`,
  )
}

// Seconds and milliseconds in the form, seconds in the program.
export function producer(slot: Slot, p: Parameters): void {
  const ends = Array.from({ length: p.consumers }, () => END)
  for (const item of [...Array.from({ length: p.items }, (_, index) => index + 1), ...ends]) {
    work(p.produce)
    slot.free.acquire()
    slot.changed.withLock(() => {
      fill(slot, item)
      slot.changed.notify()
      sleep(p.window / 1e6)
    })
    checkpoint(item === END ? 0 : 1)
  }
}

/** Takes what is there; NOTHING: another one was faster. */
function takeIt(slot: Slot): number {
  const item = look(slot)
  if (item === NOTHING) return NOTHING
  fill(slot, NOTHING)
  slot.free.release()
  return item
}

/** The lock is held. @returns whether it slept its whole timeout beside an item that was there before. */
function waitBeside(slot: Slot, timeout: number): boolean {
  const there = look(slot)
  return !slot.changed.wait(timeout) && there !== NOTHING && look(slot) === there
}

export function lookOutside(slot: Slot, p: Parameters): void {
  let [got, lost] = [0, 0]
  for (;;) {
    while (look(slot) === NOTHING) {
      sleep(p.window / 1e6)
      slot.changed.withLock(() => {
        if (waitBeside(slot, p.timeout)) lost += 1
      })
    }
    const item = slot.changed.withLock(() => takeIt(slot))
    if (item === END) break
    if (item === NOTHING) continue
    got += 1
    work(p.consume)
  }
  tell(got, lost, 0)
}

export function ifInside(slot: Slot, p: Parameters): void {
  let [got, forNothing] = [0, 0]
  for (;;) {
    const item = slot.changed.withLock(() => {
      if (look(slot) === NOTHING) {
        // Woken, and not by the timeout: it was told that there is something.
        if (slot.changed.wait(p.timeout) && look(slot) === NOTHING) forNothing += 1
      }
      return takeIt(slot)
    })
    if (item === END) break
    if (item === NOTHING) continue
    got += 1
    work(p.consume)
  }
  tell(got, 0, forNothing)
}

export function whileInside(slot: Slot, p: Parameters): void {
  let [got, lost, forNothing] = [0, 0, 0]
  for (;;) {
    const item = slot.changed.withLock(() => {
      while (look(slot) === NOTHING) {
        if (waitBeside(slot, p.timeout)) lost += 1
      }
      return takeIt(slot)
    })
    if (item === END) break
    if (item === NOTHING) forNothing += 1
    else {
      got += 1
      work(p.consume)
    }
  }
  tell(got, lost, forNothing)
}

function run(consumer: typeof lookOutside, given: Parameters, atLeast: number): void {
  const p = { ...given, consumers: Math.max(given.consumers, atLeast) }
  const slot: Slot = {
    place: new SharedArrayBuffer(4),
    changed: new Condition(undefined, { name: 'changed' }),
    free: new Semaphore(1, { name: 'free' }),
  }
  const consumers = Array.from({ length: p.consumers }, (_, index) => {
    return new Thread({ target: consumer, args: [slot, p], name: `consumer ${index + 1}` })
  })
  const threads = [
    ...consumers,
    new Thread({ target: producer, args: [slot, p], name: 'producer' }),
  ]
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}

// look outside: the place is looked at before the lock is held
export function outside(parameters: Parameters): void {
  run(lookOutside, parameters, 1)
}

// if: looked at under the lock, but not again after the wait
export function onlyIf(parameters: Parameters): void {
  run(ifInside, parameters, 3)
}

// while, under the lock: correct
export function correct(parameters: Parameters): void {
  run(whileInside, parameters, 1)
}

// the same with as many consumers as onlyIf
export function correctForThree(parameters: Parameters): void {
  run(whileInside, parameters, 3)
}

export function putting(q: Queue<number>, p: Parameters): void {
  for (let item = 1; item <= p.items; item += 1) {
    work(p.produce)
    q.put(item)
    checkpoint(1)
  }
  for (let end = 0; end < p.consumers; end += 1) q.put(END)
}

export function getting(q: Queue<number>, p: Parameters): void {
  let got = 0
  while (q.get() !== END) {
    got += 1
    work(p.consume)
  }
  tell(got, 0, 0)
}

// a queue of one place
export function queue(p: Parameters): void {
  const q = new Queue<number>(1, { name: 'q' })
  const consumers = Array.from({ length: p.consumers }, (_, index) => {
    return new Thread({ target: getting, args: [q, p], name: `consumer ${index + 1}` })
  })
  const threads = [...consumers, new Thread({ target: putting, args: [q, p], name: 'producer' })]
  for (const thread of threads) thread.start()
  for (const thread of threads) thread.join()
}
