/** The sampler neither keeps a processor busy nor sleeps through what happens. */
import { expect, test } from 'vitest'
import {
  BackOff,
  Governor,
  HARD_LIMIT,
  LIMIT,
  PERIOD,
  SLOWEST,
} from '../../main/python/sampler/pace.ts'

test('an idle process is sampled less and less, at the first change at once as before', () => {
  const backOff = new BackOff(0)
  const periods: number[] = []
  let now = 0
  for (let sample = 0; sample < 100; sample++) {
    now += backOff.period
    backOff.sampled(false, now)
    periods.push(backOff.period)
  }
  expect(periods.slice(0, 49)).toEqual(Array.from({ length: 49 }, () => PERIOD))
  expect(periods.at(-1)).toBe(SLOWEST)
  expect(periods).toEqual(periods.toSorted((one, other) => one - other))
  backOff.sampled(true, now)
  expect(backOff.period).toBe(PERIOD)
  backOff.sampled(false, now + PERIOD)
  expect(backOff.period).toBe(PERIOD)
})

test('a process in which something happens now and then is never taken for idle', () => {
  const backOff = new BackOff(0)
  for (let now = 0; now < 1e9; now += PERIOD) {
    backOff.sampled(now % 40e6 === 0, now)
    expect(backOff.period).toBe(PERIOD)
  }
})

/** Of one processor: so much for a sample, so much for a thread in it. */
const shareOf = (governor: Governor, watched: number, sample: number, thread: number) =>
  (sample + Math.min(governor.threads, watched) * thread) / governor.period

test('with many threads fewer are looked at in a sample, and the GIL as often as before', () => {
  const governor = new Governor()
  for (let step = 0; step < 60; step++) governor.adjust(shareOf(governor, 1_000, 20e3, 3e3), 1_000)
  expect(shareOf(governor, 1_000, 20e3, 3e3)).toBeLessThanOrEqual(LIMIT)
  expect(governor.period).toBe(PERIOD)
  expect(governor.threads).toBeGreaterThan(1)
})

test('where one sample alone costs too much, there are fewer samples, but not too few', () => {
  const governor = new Governor()
  for (let step = 0; step < 60; step++) governor.adjust(shareOf(governor, 8, 200e3, 3e3), 8)
  expect(shareOf(governor, 8, 200e3, 3e3)).toBeLessThanOrEqual(HARD_LIMIT)
  expect(governor.period).toBeGreaterThan(PERIOD)
  for (let step = 0; step < 60; step++) governor.adjust(1, 8)
  expect(governor.period).toBe(SLOWEST)
})

test('a busy machine, on which a sample costs a little more, does not slow the GIL down', () => {
  const governor = new Governor()
  for (let step = 0; step < 60; step++) governor.adjust(shareOf(governor, 3, 55e3, 5e3), 3)
  expect(governor.period).toBe(PERIOD)
  expect(governor.threads).toBe(1)
})

test('once it costs little again, everything is sampled as often as before', () => {
  const governor = new Governor()
  for (let step = 0; step < 60; step++) governor.adjust(1, 500)
  for (let step = 0; step < 60; step++) governor.adjust(0.001, 500)
  expect(governor.period).toBe(PERIOD)
  expect(governor.threads).toBeGreaterThanOrEqual(500)
})
