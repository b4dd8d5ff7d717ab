/** What is neither lock nor queue: permits, notifications, parties, tasks, a flag. */
import { Lock } from '../simulation/locks.ts'
import type { Machine, Program } from '../simulation/machine.ts'
import { Pool } from '../simulation/pool.ts'
import { Barrier, Condition, Event, Semaphore } from '../simulation/signals.ts'

const MS = 1e6
const ROUNDS = 9

export function counters(machine: Machine): void {
  const { random } = machine
  machine.start({ name: 'MainThread', pid: 8100 }, function* (main) {
    main.beginSection('everything')
    const connections = new Semaphore(main, 'connections', 'program.ts:14', 2)
    const finishLine = new Barrier(main, 'finish line', 'program.ts:15', 4)
    const mutex = new Lock(main, 'mutex', 'program.ts:16')
    const filled = new Condition(main, 'filled', 'program.ts:17', mutex)
    const begin = new Event(main, 'begin', 'program.ts:18')
    const fetcher: Program = function* (thread) {
      yield* begin.wait(thread)
      for (let round = 0; round < ROUNDS; round++) {
        yield* connections.acquire(thread)
        yield* thread.sleep(random.between(6, 18) * MS)
        connections.release(thread)
        yield* thread.compute(random.between(3, 12) * MS)
        yield* mutex.acquire(thread, 'program.ts:44')
        yield* thread.compute(0.4 * MS)
        filled.notify(thread)
        mutex.release(thread)
        yield* finishLine.wait(thread)
      }
    }
    const writer: Program = function* (thread) {
      for (let round = 0; round < ROUNDS * 3; round++) {
        yield* mutex.acquire(thread, 'program.ts:52')
        yield* filled.wait(thread)
        yield* thread.compute(random.between(1, 5) * MS)
        mutex.release(thread)
      }
    }
    const fetchers = [1, 2, 3, 4].map((n) => main.start({ name: `fetcher-${n}` }, fetcher))
    main.start({ name: 'writer' }, writer)
    yield* main.sleep(20 * MS)
    begin.set(main)
    const pool = new Pool(main, 'pool', 'program.ts:61', [8101, 8102, 8103])
    for (let batch = 0; batch < 3; batch++) {
      const tasks = Array.from({ length: 14 }, () => random.between(4, 22) * MS)
      yield* pool.map(main, tasks)
      yield* main.compute(8 * MS)
    }
    yield* pool.close(main)
    yield* main.join(...fetchers)
    begin.clear(main)
    main.endSection('everything')
  })
}
