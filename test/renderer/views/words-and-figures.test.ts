import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../../main/core/units.ts'
import type { RunStatus } from '../../../main/run/contract.ts'
import { FAKE_DEMOS } from '../../../renderer/hosts/fake-demos.ts'
import { alignedDurations } from '../../../renderer/views/aligned.ts'
import { chaptersWith } from '../../../renderer/views/catalogue-search.ts'
import { fitting } from '../../../renderer/views/fold.ts'
import {
  outcome,
  segments,
  shareDone,
  timeLeft,
  workDone,
} from '../../../renderer/views/progress.ts'
import { ratioScale, ratiosOfPairs } from '../../../renderer/views/ratio.ts'
import { distinctNames, midSentence, titleWithin } from '../../../renderer/views/words.ts'

const status = (more: Partial<RunStatus>): RunStatus => ({
  state: 'running',
  request: { demo: 'd', variant: 'v', parameters: {}, repeats: 1, baseline: false },
  done: 0,
  total: 0,
  unit: 'items',
  section: 1,
  sections: 1,
  elapsed: nanoseconds(0),
  newest: nanoseconds(0),
  events: 0,
  eventRate: 0,
  dropped: 0,
  tracerShare: 0,
  ...more,
})

describe('progress', () => {
  it('of unknown total shows no share', () => {
    expect(shareDone(status({ done: 5 }))).toBeUndefined()
    expect(workDone(status({ done: 5 }))).toBe('5 items')
  })
  it('never passes its end', () => expect(shareDone(status({ done: 9, total: 8 }))).toBe(1))
  it('fills one segment a section', () =>
    expect(segments(status({ done: 15, total: 40, sections: 4 }))).toEqual([1, 0.5, 0, 0]))
  it('of many sections is one bar', () =>
    expect(segments(status({ done: 1, total: 4, sections: 100 }))).toEqual([0.25]))
  it('says large counts short', () =>
    expect(workDone(status({ done: 31e6, total: 50e6, unit: 'counts' }))).toBe(
      '31.0 of 50 M counts',
    ))
  it('does not invent a time left', () => {
    expect(timeLeft(status({}))).toBeUndefined()
    expect(timeLeft(status({ remaining: nanoseconds(1.94e9) }))).toBe('1.9\u00a0s left')
    expect(timeLeft(status({ remaining: nanoseconds(300e9) }))).toBe('5\u00a0min left')
  })
  it('says how it ended', () =>
    expect(outcome(status({ state: 'failed', elapsed: nanoseconds(1.284e9) }))).toEqual({
      words: 'Ended early at',
      figure: '1.28\u00a0s',
    }))
})

describe('figures in a column', () => {
  it('share one unit and the number of decimals', () =>
    expect(alignedDurations([1.5e9, 12e6, 0, undefined])).toEqual([
      { value: '1.500', unit: 's' },
      { value: '0.012', unit: 's' },
      { value: '0.000', unit: 's' },
      { value: '–', unit: '' },
    ]))
  it('do not turn little into nothing', () =>
    expect(alignedDurations([2e9, 4_000])[1]).toEqual({ value: '<0.001', unit: 's' }))
})

describe('search', () => {
  const found = (search: string) =>
    chaptersWith(FAKE_DEMOS, search).flatMap(({ demos }) => demos.map(({ id }) => id))
  it('finds every word, in titles, chapters and variants, without regard to case', () => {
    expect(found('gil COUNT')).toEqual(['gil-countdown'])
    expect(found('laboratory')).toEqual(['lock-contention'])
    expect(found('receiver process')).toContain('sender-receiver-process')
  })
  it('finds all demos for nothing, and none for nonsense', () => {
    expect(found('  ')).toHaveLength(FAKE_DEMOS.length)
    expect(found('xyzzy')).toEqual([])
  })
})

describe('folding of parameters', () => {
  it('folds nothing that fits', () => expect(fitting([50, 50, 50], 166, 40, 8)).toBe(3))
  it('leaves room for the control that holds the rest', () =>
    expect(fitting([50, 50, 50], 165, 40, 8)).toBe(2))
  it('always shows the first', () => expect(fitting([50, 50, 50], 10, 40, 8)).toBe(1))
})

describe('ratios', () => {
  it('pairs a variant with its baseline by repeat', () => {
    const at = (variant: string, repeat: number, elapsed: number) => ({
      variant,
      repeat,
      from: nanoseconds(0),
      elapsed: nanoseconds(elapsed),
    })
    const measurements = [
      at('a', 1, 10),
      at('b', 1, 20),
      at('b', 2, 30),
      at('a', 2, 10),
      at('b', 3, 5),
    ]
    expect(ratiosOfPairs(measurements, 'b')).toEqual([2, 3])
  })
  it('are drawn on a scale that holds all of them and 1', () => {
    for (const values of [[0.5, 0.6], [1.02], [1, 1], [3, 40]]) {
      const { low, high, ticks } = ratioScale(values)
      expect(low).toBeLessThanOrEqual(Math.min(1, ...values))
      expect(high).toBeGreaterThanOrEqual(Math.max(1, ...values))
      expect(ticks.length).toBeGreaterThan(2)
      expect(ticks.length).toBeLessThan(12)
    }
  })
})

it('labels keep their acronyms within a sentence', () => {
  expect(midSentence('One thread')).toBe('one thread')
  expect(midSentence('N threads, one GIL')).toBe('N threads, one GIL')
  expect(midSentence('GIL off')).toBe('GIL off')
  expect(midSentence('A lock for each thread')).toBe('a lock for each thread')
})

it('titles of one chapter do not all end in the same ellipsis', () => {
  expect(titleWithin('Sender and receiver', 'Sender and receiver with a thread')).toBe(
    'With a thread',
  )
  expect(titleWithin('Sender and receiver', 'Sender and receiver')).toBe('Sender and receiver')
  expect(titleWithin('The GIL', 'GIL countdown')).toBe('GIL countdown')
})

it('rows of the same name are told apart by where they were made, then by their process', () => {
  const track = (name: string, subtitle: string, pid = 1) => ({ name, subtitle, pid })
  const names = distinctNames([
    track('Lock-1', 'Lock, program.ts:28'),
    track('Lock-1', 'Lock, program.ts:38'),
    track('GIL', 'GIL', 11),
    track('GIL', 'GIL', 12),
    track('q', 'Queue, program.ts:9'),
    track('Lock-2', 'Lock, program.ts:38'),
    track('Lock-2', 'Lock, program.ts:38'),
  ])
  expect(names).toEqual([
    'Lock-1, program.ts:28',
    'Lock-1, program.ts:38',
    'GIL, process 11',
    'GIL, process 12',
    'q',
    'Lock-2 1',
    'Lock-2 2',
  ])
})
