/** Producers and consumers. */
import { Lock } from '../simulation/locks.ts'
import type { Machine, Program } from '../simulation/machine.ts'
import { Queue } from '../simulation/queues.ts'
import { Event } from '../simulation/signals.ts'

const MS = 1e6

/** A process that puts numbers, now and then many at once; the foreground gets them one by one. */
export function senderReceiver(machine: Machine): void {
  const { random } = machine
  machine.start({ name: 'MainThread', pid: 5120 }, function* (main) {
    main.beginSection('note')
    const q = new Queue(main, 'q', 'program.ts:8', { isShared: true })
    const exit = new Event(main, 'exit', 'program.ts:9')
    const sender: Program = function* (thread) {
      yield* thread.compute(18 * MS)
      for (let round = 0; !exit.isSet; round++) {
        const burst = round % 14 === 2 ? 9 : 1
        for (let item = 0; item < burst; item++) {
          yield* thread.compute(random.between(1.2, 2.6) * MS)
          yield* q.put(thread, 27)
        }
        yield* thread.sleep(random.between(46, 54) * MS)
      }
    }
    const started = main.start({ name: 'MainThread', pid: 5123 }, sender)
    for (let received = 0; received < 96; received++) {
      yield* q.get(main, 27)
      main.print(String(received))
      yield* main.compute(1.6 * MS)
      yield* main.sleep(random.between(30, 36) * MS)
    }
    exit.set(main)
    yield* main.join(started)
    main.endSection('note')
  })
}

/** Two producers and three consumers in two processes; a bounded queue in each, one between them. */
export function pipeline(machine: Machine): void {
  const { random } = machine
  const items = 140
  machine.start({ name: 'MainThread', pid: 7001 }, function* (main) {
    main.beginSection('pipeline')
    const raw = new Queue(main, 'raw', 'program.ts:31', { capacity: 6 })
    const sent = new Queue(main, 'sent', 'program.ts:32', { isShared: true, capacity: 10 })
    const total = new Lock(main, 'total', 'program.ts:33')
    const read: Program = function* (thread) {
      for (let item = 0; item < items / 2; item++) {
        yield* thread.inState(6, random.between(1.5, 5) * MS)
        yield* raw.put(thread)
      }
    }
    const pack: Program = function* (thread) {
      for (let item = 0; item < items; item++) {
        yield* raw.get(thread)
        yield* thread.compute(random.between(1, 2.6) * MS)
        yield* sent.put(thread, 4_096)
      }
    }
    const consume = (share: number): Program =>
      function* (thread) {
        for (let item = 0; item < share; item++) {
          yield* sent.get(thread, 4_096)
          yield* thread.compute(random.between(3, 9) * MS)
          yield* total.acquire(thread, 'program.ts:58')
          yield* thread.compute(random.between(0.3, 1.4) * MS)
          total.release(thread)
        }
      }
    const started = [
      main.start({ name: 'reader-1' }, read),
      main.start({ name: 'reader-2' }, read),
      main.start({ name: 'packer' }, pack),
    ]
    const other = main.start({ name: 'MainThread', pid: 7002 }, function* (child) {
      yield* child.compute(24 * MS)
      const consumers = [50, 50, 40].map((share, index) =>
        child.start({ name: `consumer-${index + 1}` }, consume(share)),
      )
      yield* child.join(...consumers)
    })
    yield* main.join(...started, other)
    main.print(`${items} items sent`)
    main.endSection('pipeline')
  })
}
