import { describe, expect, it } from 'vitest'
import { demo } from '../../main/demos/gil-waiting/demo.ts'
import { LaneState } from '../../main/trace/model.ts'
import { lane, section } from './figures.ts'
import { answerOf, cpython, judgeDemo, type Judging } from './judging.ts'

const SECOND = 1e9

const pairs = (variant: string, times: readonly number[], alone: readonly number[]) => [
  ...times.map((elapsed) => section({ variant, elapsed: elapsed * SECOND })),
  ...alone.map((elapsed) => section({ variant: 'one-thread', elapsed: elapsed * SECOND })),
]

const judged = (
  variant: string,
  times: readonly number[],
  alone: readonly number[],
  waiting = 90,
  judging: Judging = {},
) =>
  judgeDemo('gil-waiting', variant, pairs(variant, times, alone), {
    ...judging,
    parameters: { waiting },
  })

const ONE = [1, 1.01, 1.02]

describe('waiting under the GIL', () => {
  it('says that waiting threads are faster, GIL or not', () => {
    const verdict = judged('threads-gil', [0.25, 0.26, 0.27], ONE)
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('took 0.26 × the time of one: faster')
    expect(verdict.text).toContain('It harms what computes, not what waits')
  })

  it('does not say so where they were not', () => {
    const verdict = judged('threads-gil', [1.3, 1.31, 1.32], ONE)
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.text).not.toContain('not what waits')
    expect(judged('threads-gil', [1, 1.01, 1.02], ONE).judgement).toBe('no difference shown')
  })

  it('expects no gain where nobody waits, and says when there was one', () => {
    expect(judged('threads-gil', ONE, ONE, 0).judgement).toBe('as expected')
    expect(judged('threads-gil', ONE, ONE, 0).text).toContain('nothing but computing')
    const gain = judged('threads-gil', [0.5, 0.5, 0.5], ONE, 0)
    expect(gain.judgement).toBe('not as expected')
    expect(gain.text).not.toContain('most of it was waiting')
    expect(gain.text).not.toContain('nothing but computing')
    expect(judged('threads-parallel', [0.5, 0.5, 0.5], ONE, 0).judgement).toBe('as expected')
  })

  it('asks the build, not the name of the variant, whether there is a GIL', () => {
    const free = { engine: cpython('3.14.0', true) }
    const gil = { engine: cpython('3.14.0') }
    expect(judged('threads-gil', [0.5, 0.5, 0.5], ONE, 0, free).judgement).toBe('as expected')
    expect(judged('threads-gil', [0.5, 0.5, 0.5], ONE, 0, free).headline).toContain('without a GIL')
    expect(judged('threads-parallel', [0.5, 0.5, 0.5], ONE, 0, gil).judgement).toBe(
      'not as expected',
    )
  })

  it('claims nothing from one repeat', () => {
    const verdict = judged('threads-gil', [0.2], [1])
    expect(verdict.judgement).toBe('open')
    expect(verdict.text).not.toContain('not what waits')
  })

  it('tells how much was slept, and how much waited for the GIL', () => {
    const thread = lane({ waiting: 10, running: 10 })
    thread.byState[LaneState.sleeping] = 80
    const [own] = pairs('threads-gil', [1], [])
    const sections = own === undefined ? [] : [{ ...own, lanes: [{ ...thread, waitedGil: 10 }] }]
    expect(judgeDemo('gil-waiting', 'threads-gil', sections).text).toContain(
      'the threads slept 80 %, and waited for the GIL 10 %.',
    )
  })

  it.each([
    [0.3, 'half'],
    [0.7, 'less'],
    [1.2, 'same'],
  ])('answers %d with %s', (time, option) => {
    const times = [time, time + 0.01, time + 0.02]
    const asked = (own: readonly number[], alone: readonly number[]) =>
      answerOf('gil-waiting', 'gain', 'threads-gil', pairs('threads-gil', own, alone))?.option
    expect(asked(times, ONE)).toBe(option)
    // Once is no difference, and nothing else is none either.
    expect(asked([time], [1])).toBeUndefined()
    expect(asked(times, [])).toBeUndefined()
  })

  it('answers with no gain where its verdict shows no difference', () => {
    const [times, alone] = [
      [0.4, 0.45, 1.2],
      [0.9, 1, 1.3],
    ]
    expect(judged('threads-gil', times, alone).judgement).toBe('no difference shown')
    const sections = pairs('threads-gil', times, alone)
    expect(answerOf('gil-waiting', 'gain', 'threads-gil', sections)?.option).toBe('same')
  })

  it('does every round, also where there are fewer than threads, or some are left over', () => {
    const { work, estimate } = demo
    const given = { rounds: 3, threads: 16, waiting: 100, period: 1_000 }
    expect(work(given, 'threads-gil')).toBe(3)
    expect(estimate?.(given, 'threads-gil').seconds).toBe(1)
    expect(estimate?.({ ...given, threads: 2 }, 'threads-gil').seconds).toBe(2)
  })
})
