/** Rows by the dozen, and rows with names that are hard to set. */
import { EventKind, LaneState, OutputStream } from '../../../main/trace/model.ts'
import { Lock } from '../simulation/locks.ts'
import type { Machine, Program, Thread } from '../simulation/machine.ts'
import { Queue } from '../simulation/queues.ts'

const MS = 1e6
const PROCESSES = 4
const THREADS = 16

/** 64 lanes: in each of four processes a main thread and fifteen others, which share two locks. */
export function crowd(machine: Machine): void {
  const { random } = machine
  const child = (main: Thread) => {
    const locks = ['index', 'cache'].map((name, n) => new Lock(main, name, `program.ts:${20 + n}`))
    const worker: Program = function* (thread) {
      for (let round = 0; round < 24; round++) {
        yield* thread.compute(random.exponential(5 * MS))
        const lock = locks[random.next() < 0.7 ? 0 : 1]
        if (lock) {
          yield* lock.acquire(thread, 'program.ts:35')
          yield* thread.compute(random.between(0.1, 1.1) * MS)
          lock.release(thread)
        }
        if (random.next() < 0.3) yield* thread.sleep(random.between(2, 20) * MS)
        if (random.next() < 0.1)
          yield* thread.inState(LaneState.processor, random.between(0.5, 4) * MS)
      }
    }
    return Array.from({ length: THREADS - 1 }, (_, n) =>
      main.start({ name: `Thread-${n + 1}` }, worker),
    )
  }
  machine.start({ name: 'MainThread', pid: 3100 }, function* (main) {
    main.beginSection('crowd')
    const others = Array.from({ length: PROCESSES - 1 }, (_, n) =>
      main.start({ name: 'MainThread', pid: 3101 + n }, function* (thread) {
        yield* thread.compute(random.between(18, 40) * MS)
        yield* thread.join(...child(thread))
      }),
    )
    yield* main.join(...child(main), ...others)
    main.endSection('crowd')
  })
}

/** Very long, written from right to left, without spaces, in other scripts, empty, with markup. */
const NAMES = [
  'a-worker-whose-name-somebody-made-very-long-because-it-says-everything-there-is-to-say-about-it',
  'עובד הרקע שקורא מהתור',
  'عامل يقرأ من قائمة الانتظار',
  '読み取りスレッド・その一',
  'Поток-производитель',
  '🧵🧵🧵 three spools',
  '<b>not bold</b> & "quoted"',
  'e\u0301tat des e\u0301ve\u0301nements',
]

export function names(machine: Machine): void {
  const { random } = machine
  machine.start({ name: 'MainThread', pid: 4242 }, function* (main) {
    const lock = new Lock(
      main,
      'the lock that everything of importance in this program is behind, named accordingly',
      'a-module-with-a-remarkably-long-name-in-a-deep-folder.ts:1204',
    )
    const queue = new Queue(main, 'תור של הודעות', 'program.ts:7')
    const threads = NAMES.map((name, index) =>
      main.start({ name }, function* (thread) {
        for (let round = 0; round < 12; round++) {
          yield* thread.compute(random.exponential(6 * MS))
          yield* lock.acquire(thread, 'program.ts:33')
          yield* thread.compute(random.between(1, 3) * MS)
          lock.release(thread)
          if (index % 2 === 0) yield* queue.put(thread)
          else yield* queue.get(thread)
        }
        thread.print(`${name} ${'is done with it all, '.repeat(12)}and says so`)
      }),
    )
    yield* main.join(...threads)
  })
}

/** Rings that were full for a while: what happened then is not known. */
export function drops(machine: Machine): void {
  const { random } = machine
  machine.start({ name: 'MainThread', pid: 5400 }, function* (main) {
    const lock = new Lock(main, 'table', 'program.ts:11')
    const busy: Program = function* (thread) {
      let dropped = 0
      for (let round = 0; round < 220; round++) {
        yield* thread.compute(random.exponential(0.6 * MS))
        yield* lock.acquire(thread)
        yield* thread.compute(random.between(0.1, 0.5) * MS)
        lock.release(thread)
        if (round % 70 !== 69) continue
        yield* thread.compute(random.between(8, 20) * MS)
        const lost = Math.round(random.between(40_000, 140_000))
        thread.record(EventKind.dropped, 0, lost, (dropped += lost))
      }
    }
    const threads = [1, 2, 3].map((n) => main.start({ name: `writer-${n}` }, busy))
    yield* main.join(...threads)
    main.print('The rings were full.', OutputStream.error)
  })
}
