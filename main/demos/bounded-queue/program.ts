import { Barrier, checkpoint, Queue, sleep, Thread } from '../../threading/index.ts'

type Parameters = {
  producers: number
  consumers: number
  maxsize: number
  produce: number
  consume: number
  items: number
}

export function producer(
  ready: Barrier,
  q: Queue<number | null>,
  items: number,
  produce: number,
): void {
  ready.wait()
  for (let item = 0; item < items; item += 1) {
    sleep(produce)
    q.put(item)
  }
}

export function consumer(ready: Barrier, q: Queue<number | null>, consume: number): void {
  ready.wait()
  while (q.get() !== null) {
    sleep(consume)
    checkpoint(1)
  }
}

function run(maxsize: number, p: Parameters): void {
  const q = new Queue<number | null>(maxsize, { name: 'q' })
  // All begin at one time, however long it takes until each of them has been started.
  const ready = new Barrier(p.producers + p.consumers, { name: 'ready' })
  // Milliseconds in the form, seconds in the program.
  const producers = Array.from({ length: p.producers }, (_, index) => {
    const args = [ready, q, p.items, p.produce / 1_000] as const
    return new Thread({ target: producer, args, name: `producer ${index + 1}` })
  })
  const consumers = Array.from({ length: p.consumers }, (_, index) => {
    const args = [ready, q, p.consume / 1_000] as const
    return new Thread({ target: consumer, args, name: `consumer ${index + 1}` })
  })
  for (const thread of [...producers, ...consumers]) thread.start()
  for (const thread of producers) thread.join()
  // One for each: the end of the work.
  for (let end = 0; end < p.consumers; end += 1) q.put(null)
  for (const thread of consumers) thread.join()
}

// bounded: put waits while there are maxsize items
export function bounded(parameters: Parameters): void {
  run(parameters.maxsize, parameters)
}

// unbounded: put never waits
export function unbounded(parameters: Parameters): void {
  run(0, parameters)
}

// one place: hardly more than a hand-over
export function onePlace(parameters: Parameters): void {
  run(1, parameters)
}
