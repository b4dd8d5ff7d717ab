import { Pipe, Process, type Connection } from '../../multiprocessing/index.ts'
import { checkpoint, Event, perfCounter, print, sleep, Thread } from '../../threading/index.ts'

type Parameters = { pings: number; pause: number; computing: number }

/** In a process of its own, which has another GIL or none: it never waits for this one. */
export function pinger(connection: Connection, pings: number, pause: number): void {
  const trips: number[] = []
  for (let ping = 0; ping < pings; ping += 1) {
    const start = perfCounter()
    connection.send(ping)
    connection.recv()
    trips.push(perfCounter() - start)
    if (pause > 0) sleep(pause)
  }
  for (const trip of trips) print(`round trip ${(trip * 1_000).toFixed(3)} ms`)
}

/** The thread that does nothing but input and output. */
export function echo(connection: Connection, pings: number): void {
  for (let ping = 0; ping < pings; ping += 1) {
    connection.send(connection.recv())
    checkpoint(1)
  }
}

/** A thread that only computes. */
export function compute(stop: Event): void {
  let n = 0
  while (!stop.isSet()) {
    for (let step = 0; step < 1_000; step += 1) n = (Math.imul(n, 1_664_525) + step) | 0
    checkpoint()
  }
}

function against(threads: number, { pings, pause }: Parameters): void {
  const [ours, theirs] = Pipe()
  const stop = new Event()
  // Milliseconds in the form, seconds in the program.
  const process = new Process({ target: pinger, args: [theirs, pings, pause / 1_000] })
  process.start()
  const computing = Array.from(
    { length: threads },
    () => new Thread({ target: compute, args: [stop], name: 'compute' }),
  )
  for (const thread of computing) thread.start()
  echo(ours, pings)
  stop.set()
  for (const thread of computing) thread.join()
  process.join()
}

// nobody else wants the GIL
export function alone(parameters: Parameters): void {
  against(0, parameters)
}

// one thread computes
export function oneThread(parameters: Parameters): void {
  against(1, parameters)
}

// two threads compute
export function twoThreads(parameters: Parameters): void {
  against(2, parameters)
}

// as many as the form says
export function computing(parameters: Parameters): void {
  against(parameters.computing, parameters)
}
