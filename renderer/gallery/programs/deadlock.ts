import { Lock } from '../simulation/locks.ts'
import type { Machine, Program } from '../simulation/machine.ts'

const MS = 1e6

/** Three philosophers: each has its left fork and waits for the right one, for good. */
export function deadlock(machine: Machine): void {
  const { random } = machine
  machine.start({ name: 'MainThread', pid: 9200 }, function* (main) {
    const forks = [1, 2, 3].map((n) => new Lock(main, `fork ${n}`, 'program.ts:9'))
    const dine = (seat: number): Program =>
      function* (thread) {
        const [left, right] = [forks[seat], forks[(seat + 1) % 3]]
        if (!left || !right) return
        for (let meal = 0; ; meal++) {
          yield* thread.sleep(random.between(6, 30) * MS)
          yield* left.acquire(thread, 'program.ts:17')
          // At the fifteenth meal all of them have reached for their first fork before the second.
          yield* thread.compute(meal === 14 ? 60 * MS : random.between(0.4, 1) * MS)
          yield* right.acquire(thread, 'program.ts:19')
          yield* thread.compute(random.between(3, 9) * MS)
          right.release(thread)
          left.release(thread)
        }
      }
    const diners = ['Aristotle', 'Hypatia', 'Zeno'].map((name, seat) =>
      main.start({ name }, dine(seat)),
    )
    yield* main.join(...diners)
  })
}
