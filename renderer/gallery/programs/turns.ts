/** Threads that take turns: at the GIL, at a lock. */
import { LaneEnd, OutputStream } from '../../../main/trace/model.ts'
import { Gil, Lock } from '../simulation/locks.ts'
import type { Machine, Program, Steps, Thread } from '../simulation/machine.ts'

const MS = 1e6

/** Two threads count down under one GIL. */
export function gilCountdown(machine: Machine): void {
  machine.start({ name: 'MainThread', pid: 4711 }, function* (main) {
    main.beginSection('two-threads-gil')
    main.print('two threads, count 50000000')
    const gil = new Gil(main, 5 * MS)
    const countdown: Program = (thread) => gil.compute(thread, 2_533 * MS)
    yield* main.compute(0.3 * MS)
    const first = main.start({ name: 'Thread-1' }, countdown)
    yield* main.compute(0.1 * MS)
    const second = main.start({ name: 'Thread-2' }, countdown)
    yield* main.join(first, second)
    yield* main.compute(0.2 * MS)
    main.print(`Time taken in seconds - ${(machine.now / 1e9).toFixed(3)}`)
    main.endSection('two-threads-gil')
  })
}

/** The same count on two engines, in turns: under a GIL, and without one. */
export function twins(machine: Machine): void {
  const engines = ['CPython 3.13.0', 'CPython 3.13.0 free-threaded'] as const
  const order = [0, 1, 1, 0, 0, 1] as const
  const begin = (turn: number): void => {
    const engine = order[turn]
    if (engine === undefined) return
    const label = `two-threads-gil@${engines[engine]}`
    const each = Math.round(machine.random.between(150, 162) * MS)
    machine.start({ name: 'MainThread', pid: 4711 + 12 * turn }, function* (main) {
      main.beginSection(label)
      const gil = engine === 0 ? new Gil(main, 5 * MS) : undefined
      const countdown: Program = (thread) =>
        gil ? gil.compute(thread, each) : thread.compute(each * machine.random.between(1, 1.06))
      yield* main.compute(0.3 * MS)
      const first = main.start({ name: 'Thread-1' }, countdown)
      yield* main.compute(0.1 * MS)
      const second = main.start({ name: 'Thread-2' }, countdown)
      yield* main.join(first, second)
      yield* main.compute(0.2 * MS)
      main.endSection(label)
      begin(turn + 1)
    })
  }
  begin(0)
}

interface Workers {
  readonly count: number
  readonly rounds: number
  /** Nanoseconds: shortest and longest hold, and the mean time away from the lock. */
  readonly held: readonly [number, number]
  readonly away: number
  readonly pid: number
}

function* work(thread: Thread, lock: Lock, { rounds, held, away }: Workers): Steps {
  const { random } = thread.machine
  for (let round = 0; round < rounds; round++) {
    yield* thread.compute(away * 0.2 + random.exponential(away * 0.8))
    yield* lock.acquire(thread, 'program.ts:21')
    yield* thread.compute(random.between(...held))
    lock.release(thread)
  }
}

function sharedLock(machine: Machine, workers: Workers, stopAt?: number): void {
  machine.start({ name: 'MainThread', pid: workers.pid }, function* (main) {
    main.beginSection('one-lock')
    const tally = new Lock(main, 'tally', 'program.ts:12')
    const threads: Thread[] = []
    for (let index = 0; index < workers.count; index++) {
      yield* main.compute(0.2 * MS)
      const name = `worker-${index + 1}`
      threads.push(main.start({ name }, (thread) => work(thread, tally, workers)))
    }
    if (stopAt !== undefined) return yield* fail(main, threads, stopAt)
    yield* main.join(...threads)
    main.print(`tally is ${workers.count * workers.rounds}`)
    main.endSection('one-lock')
  })
}

/** One of the workers throws while it holds the lock; nobody gets any further. */
function* fail(main: Thread, threads: readonly Thread[], at: number): Steps {
  yield* main.compute(at - main.machine.now)
  const unlucky = threads[2]
  if (!unlucky) return
  unlucky.print('RangeError: tile 617 is outside the picture', OutputStream.error)
  unlucky.print('    at decode (program.ts:18)', OutputStream.error)
  unlucky.end(LaneEnd.threw, 1)
  yield* main.compute(3 * MS)
  for (const thread of threads) if (thread.isAlive) thread.end(LaneEnd.terminated)
  main.print('worker-3 threw RangeError: tile 617 is outside the picture', OutputStream.error)
}

const FOUR: Workers = {
  count: 4,
  rounds: 1_250,
  held: [0.9 * MS, 1.7 * MS],
  away: 1.9 * MS,
  pid: 5302,
}

/** Four threads that share one lock. */
export const lockContention = (machine: Machine): void => sharedLock(machine, FOUR)

/** The same, and one of them throws. */
export const failing = (machine: Machine): void => sharedLock(machine, FOUR, 1_240 * MS)

/** Eight threads that share one lock, which is hardly ever free. */
export const contended = (machine: Machine): void =>
  sharedLock(machine, { ...FOUR, count: 8, rounds: 150, away: 4 * MS, pid: 5310 })

/** One thread that computes, sleeps and prints. */
export function oneLane(machine: Machine): void {
  machine.start({ name: 'MainThread', pid: 4004 }, function* (main) {
    for (let step = 1; step <= 12; step++) {
      yield* main.compute(machine.random.between(20, 90) * MS)
      main.print(`step ${step} of 12`)
      yield* main.sleep(machine.random.between(10, 60) * MS)
    }
  })
}

/** More spans than there are pixels by far: all that can be drawn of them is shares. */
export const million = (machine: Machine): void =>
  sharedLock(machine, {
    count: 8,
    rounds: 42_000,
    held: [1_500, 9_000],
    away: 40_000,
    pid: 6200,
  })
