import { describe, expect, test } from 'vitest'
import type { GroupProcess } from '../../main/python/program/process-group.ts'
import { STORM_DEATHS } from '../../main/python/program/deaths.ts'
import {
  MOST_PROCESSES,
  ProgramWatch,
  STALL_MILLISECONDS,
  type Said,
} from '../../main/python/program/watch.ts'

const MAIN = 100
const LOOK = 100

const process = (pid: number, changes: Partial<GroupProcess> = {}): GroupProcess => ({
  pid,
  parent: MAIN,
  started: 0,
  isZombie: false,
  status: 0,
  used: 0,
  ...changes,
})

/** A machine whose processes and whose clock the test sets. */
function watching(endsWhenStalled = true, said: Said = {}) {
  let now = 1_000
  let members: readonly GroupProcess[] | undefined = [process(MAIN)]
  const watch = new ProgramWatch({
    pid: MAIN,
    endsWhenStalled,
    clock: () => now,
    read: () => members,
  })
  return {
    watch,
    /** A tenth of a second later there are these, beside the main process. */
    next(others: readonly GroupProcess[], progress = 0, main: Partial<GroupProcess> = {}) {
      now += LOOK
      members = [process(MAIN, main), ...others]
      return watch.look(progress, said)
    },
    nothingToRead() {
      now += LOOK
      members = undefined
      return watch.look(0)
    },
    wait(milliseconds: number) {
      now += milliseconds
    },
    /** Microseconds after the system's start. */
    microseconds: () => now * 1_000,
  }
}

describe('a storm', () => {
  /** Children that die at once, eight at a time, as a pool without a guard has them. */
  function storm(status: number, lifetime = 0, said: Said = {}): (string | undefined)[] {
    const machine = watching(true, said)
    return Array.from({ length: 12 }, (_, round) => {
      const started = machine.microseconds() - lifetime
      const children = Array.from({ length: 8 }, (_, index) =>
        process(1_000 + round * 8 + index, { started, isZombie: true, status }),
      )
      return machine.next(children)
    })
  }

  test('of children that all fail at once is recognised after more than 64', () => {
    const told = storm(0x100)
    expect(told.indexOf('storm')).toBe(STORM_DEATHS / 8)
  })

  test('is recognised sooner, and of children that take long to die, once it is known why', () => {
    const told = storm(0x100, 60_000_000, { hasNoGuard: true })
    expect(told.indexOf('storm')).toBe(2)
    expect(storm(0, 0, { hasNoGuard: true })).not.toContain('storm')
  })

  test('is none when children end well, however many: a script may start short programs', () => {
    expect(storm(0)).not.toContain('storm')
  })

  test('is none when they lived for long', () => {
    expect(storm(0x100, 60_000_000)).not.toContain('storm')
  })

  test('is none where nobody saw how they ended', () => {
    const machine = watching()
    const told = Array.from({ length: 30 }, (_, round) =>
      machine.next(
        Array.from({ length: 8 }, (_, index) =>
          process(1_000 + round * 8 + index, { started: machine.microseconds() }),
        ),
      ),
    )
    expect(told).not.toContain('storm')
  })
})

describe('how children ended', () => {
  test('is kept by pid: exit codes, and signals as negative ones', () => {
    const machine = watching()
    machine.next([
      process(1, { isZombie: true, status: 0x300 }),
      process(2, { isZombie: true, status: 9 }),
      process(3, { isZombie: true, status: 0x80 | 11 }),
    ])
    expect([...machine.watch.codes]).toEqual([
      [1, 3],
      [2, -9],
      [3, -11],
    ])
  })
})

test('more than 512 living processes are too many; dead ones do not count', () => {
  const machine = watching()
  const many = (isZombie: boolean) =>
    Array.from({ length: MOST_PROCESSES }, (_, index) => process(1_000 + index, { isZombie }))
  expect(machine.next(many(true))).not.toBe('processes')
  expect(machine.next(many(false))).toBe('processes')
})

describe('a program that does nothing', () => {
  const child = process(7)

  test('is ended after ten seconds when one of its processes has died', () => {
    const machine = watching()
    machine.next([child])
    machine.next([])
    machine.wait(STALL_MILLISECONDS - 2 * LOOK)
    expect(machine.next([])).toBeUndefined()
    expect(machine.next([])).toBe('stalled')
  })

  test('is left alone when none has died, or when it is the user’s own', () => {
    const whole = watching()
    whole.next([child])
    whole.wait(STALL_MILLISECONDS * 2)
    expect(whole.next([child])).toBeUndefined()
    const own = watching(false)
    own.next([child])
    own.wait(STALL_MILLISECONDS * 2)
    expect(own.next([])).toBeUndefined()
  })

  test('is ended also when the one that died was never seen, but said so', () => {
    const machine = watching()
    machine.next([])
    machine.wait(STALL_MILLISECONDS + LOOK)
    expect(machine.watch.look(0, { hasTraceback: true })).toBe('stalled')
  })

  test('is not ended while events come, or while it computes', () => {
    const machine = watching()
    machine.next([child])
    machine.next([])
    for (let step = 0; step < 300; step++) expect(machine.next([], step)).toBeUndefined()
    for (let step = 0; step < 300; step++)
      expect(machine.next([], 300, { used: step * 100_000 })).toBeUndefined()
  })
})

test('processor time never shrinks when a process goes without being waited for', () => {
  const machine = watching()
  machine.next([process(7, { used: 5_000 })], 0, { used: 1_000 })
  expect(machine.watch.used).toBe(6_000)
  machine.next([], 0, { used: 1_500 })
  expect(machine.watch.used).toBe(6_000)
})

test('a system that does not tell leaves everything unknown, and nothing is ended', () => {
  const machine = watching()
  for (let look = 0; look < 500; look++) expect(machine.nothingToRead()).toBeUndefined()
  expect(machine.watch.used).toBeUndefined()
})
