import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import type { VerdictInput } from '../../main/demos/demo.ts'
import { answer, judge } from '../../main/demos/barrier/verdict.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { SectionFigures } from '../../main/trace/figures.ts'
import { ResourceKind } from '../../main/trace/model.ts'
import { lane, section } from './figures.ts'

const SECOND = 1e9
const PARAMETERS = { parties: 3, phases: 20, work: 8, factor: 3, wanders: 0, pieces: 4 }

/** Three members in a second; `waited` at the barrier, seconds by member. */
const phases = (variant: string, waited: readonly number[], elapsed = 1) =>
  section({
    ...{ variant, elapsed: elapsed * SECOND },
    lanes: waited.map((_, index) =>
      lane({ track: index + 1, name: `member ${index + 1}`, running: elapsed * SECOND }),
    ),
    counters: [
      {
        ...{ track: 9, name: 'phase', kind: ResourceKind.barrier, capacity: 3, used: 20 },
        ...{ contended: 20, maximum: 3, waitedFor: 0, longestWait: 5 },
        longestAt: { track: 2, from: nanoseconds(3), to: nanoseconds(8) },
        users: waited.map((time, index) => ({
          ...{ track: index + 1, name: `member ${index + 1}`, used: 20, held: 0 },
          waited: time * elapsed * SECOND,
        })),
      },
    ],
  })

/** No barrier: how long each was at work. */
const alone = (atWork: readonly number[]) =>
  section({
    ...{ variant: 'no-barrier', elapsed: SECOND },
    lanes: atWork.map((time, index) =>
      lane({ track: index + 1, name: `member ${index + 1}`, running: time * SECOND }),
    ),
  })

const SLOW = [0.01, 0.6, 0.66]
const EVEN = [0.1, 0.11, 0.12]

const against = (variant: string, waited: readonly number[], elapsed: number, pieces = 1) =>
  [0, 0.01, 0.02].flatMap((more) => [
    phases(variant, waited, elapsed + more),
    phases('pieces', EVEN, pieces + more),
  ])

function said(
  variant: string,
  sections: VerdictInput['sections'],
  more: Record<string, number> = {},
) {
  const parameters = { ...PARAMETERS, ...more }
  const verdict = judge({ variant, parameters, cutShort: false, sections })
  const words = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return { ...verdict, text: words.replaceAll(/[\u00a0\u202f]/g, ' ') }
}

describe('the slow member', () => {
  it('is the one that hardly waits, named with a link to its lane', () => {
    const verdict = said('barrier', [phases('barrier', SLOW)])
    expect(verdict.headline).toBe(
      'With the barrier the others waited 63\u00a0% of the time for member 1',
    )
    expect(verdict.sentences[0]).toContainEqual({
      text: 'member 1',
      place: { from: 0, to: SECOND, track: 1 },
    })
  })

  it.each([
    ['all wait alike', [0.4, 0.45, 0.5], 'no single one of them is the slow one'],
    ['nobody waits to speak of', [0, 0.01, 0.02], 'waited hardly at all'],
  ])('is nobody where %s', (_, waited, words) => {
    const verdict = said('barrier', [phases('barrier', waited)])
    expect(verdict.text).toContain(words)
    expect(verdict.text).not.toContain('member 1')
  })

  it('is found without a barrier by who was done last', () =>
    expect(said('no-barrier', [alone([1, 0.4, 0.3])]).headline).toContain('for member 1'))
})

describe('waiting until the last thread was started', () => {
  const ready = (figures: SectionFigures, late: readonly number[]): SectionFigures => ({
    ...figures,
    counters: [
      {
        ...{ track: 8, name: 'ready', kind: ResourceKind.barrier, capacity: 3, used: 2 },
        ...{ contended: 2, maximum: 2, waitedFor: 0, longestWait: 9 },
        longestAt: { track: 3, from: nanoseconds(0), to: nanoseconds(9) },
        users: late.map((time, index) => ({
          ...{ track: index + 1, name: `member ${index + 1}`, used: 1, held: 0 },
          waited: time * SECOND,
        })),
      },
      ...figures.counters,
    ],
  })

  it('is no waiting for the slow one', () => {
    const text = said('barrier', [
      ready(phases('barrier', [0.01, 0.3, 0.33]), [0.5, 0.5, 0.5]),
    ]).text
    expect(text).toContain('the others waited 63 % of the time for member 1')
  })
  it('is no work where there is no barrier', () => {
    const text = said('no-barrier', [ready(alone([1, 0.4, 0.9]), [0, 0, 0.6])]).text
    expect(text).toContain('the others waited 65 % of the time for member 1')
  })
})

describe('a barrier', () => {
  it.each([
    [2, SLOW, {}, 'as expected'],
    [1, SLOW, {}, 'no difference shown'],
    [0.5, SLOW, {}, 'not as expected'],
    // Slower, but nobody to wait for: something else was.
    [2, EVEN, {}, 'not as expected'],
    [2, EVEN, { wanders: 1 }, 'as expected'],
    [2, SLOW, { factor: 1 }, 'no difference shown'],
  ])('%d s, waits %j, %j: %s', (elapsed, waited, more, judgement) =>
    expect(said('barrier', against('barrier', waited, elapsed), more).judgement).toBe(judgement),
  )

  it('is compared with the same work spread evenly', () => {
    const text = said('barrier', against('barrier', SLOW, 2)).text
    expect(text).toMatch(/spread evenly over the members, would have taken 1\.1\d s/)
    expect(text).toContain('Shared out in pieces, they waited 11 %')
    const even = said('barrier', against('barrier', [0, 0.01, 0.02], 2)).text
    expect(even).toContain('nothing to gain by sharing it out differently')
  })
})

describe('no barrier', () => {
  const lonely = (elapsed: number) => against('no-barrier', SLOW, elapsed)

  it('does not help against one that is always slow', () => {
    expect(said('no-barrier', lonely(2)).text).toContain('did not help')
    expect(said('no-barrier', lonely(2), { wanders: 1 }).text).not.toContain('did not help')
  })
  it('evens out a slowness that wanders', () =>
    expect(said('no-barrier', lonely(0.5), { wanders: 1 }).judgement).toBe('as expected'))
})

describe('questions', () => {
  const input = (variant: string, sections: VerdictInput['sections']) => ({
    ...{ variant, parameters: PARAMETERS, cutShort: false, sections },
  })
  it.each([
    [[0, 0.2, 0.2], 'quarter'],
    [[0, 0.4, 0.4], 'half'],
    [SLOW, 'more'],
  ])('waited %j: %s', (waited, option) =>
    expect(answer('waited', input('barrier', [phases('barrier', waited)]))?.option).toBe(option),
  )
  it.each([
    [2, 'slower'],
    [0.5, 'faster'],
    [1, 'no difference shown'],
  ])('helps, %d s: %s', (elapsed, option) =>
    expect(answer('helps', input('no-barrier', against('no-barrier', SLOW, elapsed)))?.option).toBe(
      option,
    ),
  )
  it('says nothing of nothing', () => {
    expect(answer('waited', input('barrier', []))).toBeUndefined()
    expect(said('barrier', []).judgement).toBe('open')
  })
})
