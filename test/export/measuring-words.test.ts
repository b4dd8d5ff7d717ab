import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import {
  concurrencyWords,
  droppedWords,
  tracingShares,
  tracingWords,
} from '../../main/export/measuring-words.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00a0\u202f]/g, ' ')
const tracerCost = {
  perEvent: nanoseconds(38),
  recording: nanoseconds(24e6),
  collecting: nanoseconds(420e6),
}

describe('what measuring cost', () => {
  it('is told apart from the program, as shares of processors', () => {
    const status = { tracerCost, elapsed: nanoseconds(2e9), state: 'finished' } as const
    expect(tracingShares(status)).toEqual({ perEvent: 38, program: 0.012, collector: 0.21 })
    expect(plain(tracingWords(status))).toBe(
      'Tracing cost the program 38 ns an event, 1.2 % of one processor; the collector used 0.21 processors.',
    )
    expect(tracingWords({ ...status, state: 'running' })).toMatch(/costs.*uses/)
  })

  it('is not said before it is known, nor of no time at all', () => {
    expect(tracingWords({ elapsed: nanoseconds(2e9), state: 'running' })).toBeUndefined()
    const status = { tracerCost, elapsed: nanoseconds(0), state: 'running' } as const
    expect(tracingWords(status)).toBeUndefined()
  })

  it('names dropped events, and is silent without any', () => {
    expect(droppedWords({ dropped: 0 })).toBeUndefined()
    expect(droppedWords({ dropped: 1 })).toMatch(/^1 event was dropped/)
    expect(plain(droppedWords({ dropped: 12_000 }))).toMatch(/^12 000 events were dropped.*lower/)
  })
})

describe('how much ran at once', () => {
  it('counts two or more, and leaves out processors that were not measured', () => {
    const byCount = Float64Array.from([1e9, 1e9, 1e9, 1e9])
    expect(plain(concurrencyWords({ mean: 1.5, byCount }))).toBe(
      'On average 1.5 lanes ran at once or were ready to, two or more for 50 % of the time.',
    )
    expect(concurrencyWords({ mean: 1, byCount, processors: 1 })).toMatch(
      /1 lane .*; they used 1 processor\./,
    )
  })

  it('says nothing of a run without lanes', () =>
    expect(concurrencyWords({ mean: 0, byCount: new Float64Array(0) })).toBeUndefined())
})
