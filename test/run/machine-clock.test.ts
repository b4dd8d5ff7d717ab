import { describe, expect, test } from 'vitest'
import { busyClock, busyIn, MachineClock } from '../../main/run/machine-clock.ts'

const STAT = `cpu  5509408 19433 922387 2950854 8355 7 4896 8926 0 0
cpu0 2741174 9567 453313 1499799 1786 0 1017 4485 0 0
`

describe('the processors’ time', () => {
  test('is that of user, nice, system and interrupts, not idle, waiting or stolen', () => {
    expect(busyIn(STAT)).toBe((5509408 + 19433 + 922387 + 7 + 4896) * 10_000)
  })

  test.each(['', 'cpu', 'cpu0 1 2 3 4 5 6 7 8 9', 'cpu  0 0 0 0 0 0 0 0 0 0'])(
    'is not known from %j',
    (stat) => {
      expect(busyIn(stat)).toBeUndefined()
    },
  )

  test('grows while this process computes, where the system tells it', () => {
    const clock = busyClock()
    const before = clock()
    if (before === undefined) return
    const { user } = process.cpuUsage()
    while (process.cpuUsage().user - user < 100_000);
    // Told in hundredths of a second.
    expect((clock() ?? 0) - before).toBeGreaterThanOrEqual(50_000)
  })
})

describe('a machine’s clock', () => {
  const clockOf = (...busy: (number | undefined)[]) => {
    let now = 0n
    return new MachineClock(
      () => (now += 100_000_000n),
      () => busy.shift(),
    )
  }

  test('says what went by since the last time, the first time nothing', () => {
    const clock = clockOf(1_000, 151_000, 351_000)
    expect(clock.since(true)).toEqual([0, 0, 0])
    expect(clock.since(true)).toEqual([150_000, 0, 100_000])
    expect(clock.since(true)).toEqual([200_000, 0, 100_000])
  })

  test('says nothing where the system does not, and leaves the gap uncovered', () => {
    const clock = clockOf(undefined, 1_000, 2_000, undefined, 9_000, 9_500)
    const said = Array.from({ length: 6 }, () => clock.since(true)?.[2])
    expect(said).toEqual([undefined, 0, 100_000, undefined, 0, 100_000])
  })

  test('does not count what was skipped', () => {
    const clock = clockOf(1_000, 9_000, 10_000)
    clock.since(true)
    clock.skip()
    expect(clock.since(true)).toEqual([0, 0, 0])
    expect(clock.since(true)).toEqual([1_000, 0, 100_000])
  })

  test('tells this process’s own time where nobody else does', () => {
    const clock = clockOf(1_000, 500_000)
    clock.since(false)
    const { user } = process.cpuUsage()
    while (process.cpuUsage().user - user < 30_000);
    expect(clock.since(false)?.[1]).toBeGreaterThanOrEqual(30_000)
  })
})
