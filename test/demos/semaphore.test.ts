import { describe, expect, it } from 'vitest'
import type { VerdictInput } from '../../main/demos/demo.ts'
import { demo } from '../../main/demos/semaphore/demo.ts'
import { answer, judge } from '../../main/demos/semaphore/verdict.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { CounterFigures } from '../../main/trace/figures.ts'
import { OutputStream, ResourceKind } from '../../main/trace/model.ts'
import { lane, section } from './figures.ts'

const SECOND = 1e9
const PARAMETERS = { permits: 1, tasks: 2, rounds: 10, hold: 8, records: 2 }

const pool = (fields: Partial<CounterFigures> = {}): CounterFigures => ({
  ...{ track: 7, name: 'pool', kind: ResourceKind.semaphore, capacity: 1, used: 20 },
  ...{ contended: 0, maximum: 1, waitedFor: 0, longestWait: 0, users: [] },
  ...fields,
})

/** Two tasks, each alive for all of it. */
const store = (variant: string, elapsed: number, vain = 0, waitedFor = 0.9 * SECOND) =>
  section({
    ...{ variant, elapsed: elapsed * SECOND },
    lanes: [1, 2].map((task) => lane({ track: task, name: `task ${task}`, running: SECOND })),
    counters: variant === 'limited' ? [pool({ waitedFor, longestWait: 0.3 * SECOND })] : [],
    output: [
      `task 1: 10 transactions, ${vain} attempts in vain`,
      'task 2: 10 transactions, 0 attempts in vain',
    ].map((text) => ({ stream: OutputStream.out, text })),
  })

const pairs = (limited: number, unlimited: number, vain = 1, vainWithout = 40) =>
  [0, 0.01, 0.02].flatMap((more) => [
    store('limited', limited + more, vain),
    store('unlimited', unlimited + more, vainWithout),
  ])

function said(
  sections: VerdictInput['sections'],
  more: Record<string, number> = {},
  variant = 'limited',
) {
  const parameters = { ...PARAMETERS, ...more }
  const verdict = judge({ variant, parameters, cutShort: false, sections })
  const words = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return { ...verdict, text: words.replaceAll(/[\u00a0\u202f]/g, ' ') }
}

describe('a limit', () => {
  it.each([
    [1, 2, 'as expected', 'cost less than the work that was spoilt'],
    [2, 2, 'no difference shown', 'no difference was shown'],
    [2, 1, 'not as expected', 'more of them would help'],
  ])('%d against %d s: %s', (limited, unlimited, judgement, words) => {
    const verdict = said(pairs(limited, unlimited))
    expect(verdict.judgement).toBe(judgement)
    expect(verdict.text).toContain(words)
  })

  it('that keeps nobody out is not expected to help', () =>
    expect(said(pairs(1, 2), { permits: 2 }).judgement).toBe('not as expected'))

  it('is not said to have saved spoilt work where there was none', () => {
    const verdict = said(pairs(1, 2, 5, 5))
    expect(verdict.text).not.toContain('spoilt')
    expect(verdict.text).toContain('fewer threads had to share the processors')
  })

  it('gives each row of evidence a label of its own: the window tells them apart by it', () => {
    const labels = said(pairs(1, 2)).evidence.map(({ label }) => label)
    expect(new Set(labels).size).toBe(labels.length)
  })

  it('is not judged by one repeat', () =>
    expect(said(pairs(1, 2).slice(0, 2)).judgement).toBe('open'))
})

describe('waits and use', () => {
  it('counts what was in vain, for each transaction', () =>
    expect(said(pairs(1, 2)).text).toContain(
      'there were 0.05 attempts in vain, because another one had changed the record meanwhile; without the limit 2.00',
    ))

  it.each([
    [1.1, 'in use 90 % of the time: they are what the tasks wait for'],
    [1.9, 'in use only 10 % of the time: they are not what holds the tasks up'],
  ])('permits, after %d s of waiting', (waited, words) =>
    expect(said([store('limited', 1, 0, waited * SECOND)]).text).toContain(words),
  )

  it('says how long was waited, and how many were let in', () =>
    expect(said([store('limited', 1)]).text).toContain(
      'The tasks waited 45 % of their time for one of the 1 permit, 300 ms at most (at most 1 taken at once).',
    ))

  it('says nothing of a section whose tasks told nothing', () =>
    expect(said([section({ variant: 'limited', elapsed: SECOND })]).judgement).toBe('open'))
})

it.each([
  [1, 2, 'faster'],
  [2, 1, 'slower'],
  [1, 1, 'no difference shown'],
])('sooner with the limit? %d against %d', (limited, unlimited, option) => {
  const input = { variant: 'limited', parameters: PARAMETERS, cutShort: false }
  expect(answer('sooner', { ...input, sections: pairs(limited, unlimited) })?.option).toBe(option)
  expect(answer('sooner', { ...input, sections: [] })).toBeUndefined()
})

it('fewer permits take longer, so hours are known before', () => {
  const huge = { permits: 1, tasks: 64, rounds: 10_000, hold: 1_000, records: 1 }
  expect(demo.estimate?.(huge, 'limited').seconds).toBe(640_000)
  expect(demo.estimate?.(huge, 'unlimited').seconds).toBe(10_000)
  // What computes shares the processors, however many tasks there are.
  expect(demo.estimate?.(huge, 'unlimited', 'node', 2).seconds).toBe(320_000)
  expect(demo.estimate?.(huge, 'limited', 'node', 2).seconds).toBe(640_000)
})
