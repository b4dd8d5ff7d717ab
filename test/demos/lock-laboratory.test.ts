/** What the demos of locks and of the GIL answer to their questions, and what they compare. */
import { describe, expect, it } from 'vitest'
import type { Demo } from '../../main/demos/demo.ts'
import { demo as convoy } from '../../main/demos/gil-convoy/demo.ts'
import { demo as contention } from '../../main/demos/lock-contention/demo.ts'
import { demo as fairness } from '../../main/demos/lock-fairness/demo.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { OutputStream, ResourceKind } from '../../main/trace/model.ts'
import { lane, lock, section } from './figures.ts'

const answered = (
  demo: Demo,
  question: string,
  variant: string,
  sections: readonly ReturnType<typeof section>[],
  parameters: Readonly<Record<string, number>> = {},
) => {
  const defaults = demo.manifest.parameters.map((each) => [each.id, each.default])
  const all = { ...Object.fromEntries(defaults), ...parameters } as Record<string, number>
  return demo.answer?.(question, { variant, parameters: all, sections, cutShort: false })?.option
}

/** @param trip milliseconds. */
const pinged = (variant: string, trip: number) =>
  section({
    variant,
    elapsed: 1e9,
    output: Array.from({ length: 5 }, () => ({
      stream: OutputStream.out,
      text: `round trip ${trip.toFixed(3)} ms`,
    })),
  })

describe('convoy: the latency', () => {
  it.each([
    [0.1, 'quick'],
    [5.2, 'interval'],
    [11, 'longer'],
  ])('of %d ms with an interval of 5 ms is told as %s', (trip, option) =>
    expect(answered(convoy, 'latency', 'one-thread', [pinged('one-thread', trip)])).toBe(option),
  )

  const against = (trip: number, switchInterval: number, variant = 'one-thread', alone = 0.3) =>
    answered(
      convoy,
      'latency',
      variant,
      [pinged(variant, trip), ...(alone > 0 ? [pinged('alone', alone)] : [])],
      { switchInterval },
    )

  it('is what the others add, and not what an answer takes anyway', () => {
    expect(against(0.5, 0.5)).toBe('quick')
    expect(against(0.8, 0.5)).toBe('interval')
    expect(against(1.3, 0.5)).toBe('longer')
    // As long as it takes to wake a thread, nothing can be told.
    expect(against(0.5, 0.1)).toBeUndefined()
    expect(against(0.8, 0.5, 'one-thread', 0)).toBeUndefined()
  })

  it('has no interval to wait for without a GIL', () => {
    expect(against(0.5, 0.1, 'one-thread-parallel')).toBe('quick')
    expect(against(5, 0.1, 'one-thread-parallel')).toBeUndefined()
  })

  it('is no convoy where the interval is as short as waking a thread', () => {
    const judged = (trip: number, switchInterval: number, variant = 'one-thread') =>
      convoy.judge({
        variant,
        parameters: { pings: 5, pause: 10, switchInterval, computing: 1 },
        sections: [pinged(variant, trip), pinged('alone', 0.3)],
        cutShort: false,
      }).judgement
    expect(judged(0.5, 0.1)).toBe('open')
    expect(judged(5.3, 5)).toBe('as expected')
    expect(judged(0.5, 5)).toBe('not as expected')
    expect(judged(0.5, 0.1, 'one-thread-parallel')).toBe('as expected')
    expect(judged(5, 20, 'one-thread-parallel')).toBe('not as expected')
  })

  it('takes at least an interval for each ping under the emulated GIL', () => {
    const given = { pings: 5_000, pause: 0, switchInterval: 1_000, computing: 0 }
    expect(convoy.estimate?.(given, 'one-thread', 'node').seconds).toBe(5_000)
    for (const variant of ['one-thread-parallel', 'alone', 'computing'])
      expect(convoy.estimate?.(given, variant, 'node').seconds).toBe(0)
    expect(convoy.estimate?.(given, 'one-thread', 'cpython').seconds).toBe(0)
  })

  it('is not asked where nobody computes, also where the form says so', () => {
    const ran = [pinged('computing', 5)]
    expect(answered(convoy, 'latency', 'alone', [pinged('alone', 5)])).toBeUndefined()
    expect(answered(convoy, 'latency', 'computing', ran, { computing: 0 })).toBeUndefined()
    expect(answered(convoy, 'latency', 'computing', ran, { computing: 2 })).toBe('interval')
  })

  const swept = (trips: readonly (readonly [number, number])[]) =>
    answered(
      convoy,
      'smaller',
      'one-thread',
      trips.map(([switchInterval, trip]) =>
        pinged(sectionLabel('one-thread', '', { switchInterval }), trip),
      ),
    )

  it('follows the switch interval, or does not', () => {
    expect(
      swept([
        [0.1, 0.15],
        [1, 1.1],
        [5, 5.3],
      ]),
    ).toBe('proportion')
    expect(
      swept([
        [0.1, 2],
        [1, 2.5],
        [5, 5],
      ]),
    ).toBe('somewhat')
    expect(
      swept([
        [0.1, 5],
        [1, 5],
        [5, 5],
      ]),
    ).toBe('no')
    expect(swept([[5, 5]])).toBeUndefined()
  })

  it('is what cases of a run are compared by', () =>
    expect(convoy.figure?.of(pinged('alone', 0.25), {})).toBe(250_000))

  it('says in its verdict how many computed, as the form does', () => {
    const parameters = { pings: 5, pause: 10, switchInterval: 5, computing: 3 }
    const sections = [pinged('computing', 5)]
    const { headline } = convoy.judge({
      ...{ variant: 'computing', parameters, sections, cutShort: false },
    })
    expect(headline).toContain('Against three computing threads')
  })
})

describe('fairness: what it costs and buys', () => {
  const ran = (variant: string, times: readonly number[], switches = 0) =>
    times.map((time) =>
      section({
        variant,
        elapsed: time * 1e9,
        locks: [lock({ kind: ResourceKind.lock, acquired: 100, switches })],
      }),
    )
  const barging = ran('barging', [1, 1.01, 0.99], 5)

  it('is told by the interval', () => {
    const cost = (times: readonly number[]) =>
      answered(fairness, 'cost', 'hand-off', [...ran('hand-off', times), ...barging])
    expect(cost([1.5, 1.51, 1.49])).toBe('some')
    expect(cost([3, 3.1, 2.9])).toBe('much')
    expect(cost([1, 1.02, 0.98])).toBe('none')
    expect(cost([3, 3.1])).toBeUndefined()
  })

  it('tells how often barging changes hands', () => {
    const turns = (switches: number) =>
      answered(fairness, 'turns', 'barging', ran('barging', [1], switches))
    expect(turns(5)).toBe('seldom')
    expect(turns(30)).toBe('sometimes')
    expect(turns(80)).toBe('mostly')
    expect(answered(fairness, 'turns', 'hand-off', ran('hand-off', [1], 80))).toBeUndefined()
  })
})

describe('contention: what one lock costs', () => {
  const ran = (variant: string, times: readonly number[], waited = 0) =>
    times.map((time) =>
      section({
        variant,
        elapsed: time * 1e9,
        lanes: [
          lane({ name: 'MainThread', running: 1e9 }),
          lane({ running: 1e9 - waited, waiting: waited, waitedLock: waited }),
        ],
      }),
    )
  const apart = ran('lock-each', [1, 1.01, 0.99])

  it('is told by the interval, against the number of threads', () => {
    const cost = (times: readonly number[]) =>
      answered(contention, 'cost', 'one-lock', [...ran('one-lock', times), ...apart], {
        threads: 4,
      })
    expect(cost([2, 2.01, 1.99])).toBe('some')
    expect(cost([3.8, 3.81, 3.79])).toBe('threads')
    expect(cost([1, 1.02, 0.98])).toBe('none')
  })

  it('tells how long the threads waited, of all their time', () => {
    const waits = (waited: number) =>
      answered(contention, 'waiting', 'one-lock', ran('one-lock', [1], waited))
    expect(waits(0.05e9)).toBe('little')
    expect(waits(0.4e9)).toBe('some')
    expect(waits(0.8e9)).toBe('most')
  })

  it('compares rounds a second, so that more threads may do more', () => {
    const of = contention.figure?.of(section({ variant: 'one-lock', elapsed: 2e9 }), {
      threads: 4,
      rounds: 100,
    })
    expect(of).toBe(200)
  })
})
