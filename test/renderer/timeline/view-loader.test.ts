import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { ViewAnswer, ViewQuery } from '../../../main/run/contract.ts'
import { range } from '../../../renderer/timeline/time-scale.ts'
import { ViewLoader } from '../../../renderer/timeline/view-loader.ts'
import { settle } from './fake-source.ts'
import { ManualTimer } from './manual-timer.ts'

const query = (from: number): ViewQuery => ({ ...range(from, from + 100), width: 10, tracks: [1] })

/** Answers that are not whole for the first `partial` times. */
function setUp(partial: number) {
  const timer = new ManualTimer()
  const asked: { at: number; from: number }[] = []
  const loader = new ViewLoader({
    timer,
    onAnswer: () => undefined,
    ask: ({ from, to, width }) => {
      asked.push({ at: timer.now(), from })
      const answer: ViewAnswer = { from, to, width, newest: nanoseconds(1_000), slices: [] }
      return Promise.resolve(asked.length <= partial ? { ...answer, partial: true } : answer)
    },
  })
  /** As a window does that draws 60 times a second. */
  const draw = async (milliseconds: number, wanted: ViewQuery) => {
    for (let time = 0; time < milliseconds; time += 16) {
      loader.want(wanted, 1_000)
      timer.pass(16)
      await settle()
    }
  }
  return { loader, timer, asked, draw }
}

describe('a view that is not whole', () => {
  it('is asked for again until it is, and then no more', async () => {
    const { asked, draw, timer } = setUp(3)
    await draw(5_000, query(0))
    expect(asked).toHaveLength(4)
    expect(timer.pending).toBe(0)
  })

  it('is asked for less and less often while it never is', async () => {
    const { asked, draw } = setUp(Infinity)
    await draw(10_000, query(0))
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.length).toBeLessThan(30)
    const gaps = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0))
    expect(gaps.slice(6).every((gap) => gap >= 500)).toBe(true)
  })

  it('gives way at once to another view', async () => {
    const { asked, draw, timer } = setUp(Infinity)
    await draw(3_000, query(0))
    const before = timer.now()
    await draw(64, query(500))
    expect(asked.find(({ from }) => from === 500)?.at).toBeLessThanOrEqual(before + 48)
  })

  it('is let go of with the loader', async () => {
    const { asked, draw, loader, timer } = setUp(Infinity)
    await draw(100, query(0))
    loader.dispose()
    const before = asked.length
    timer.pass(10_000)
    await settle()
    expect(asked).toHaveLength(before)
    expect(timer.pending).toBe(0)
  })
})
