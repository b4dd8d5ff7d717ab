/** Tables of cases: other variants, sweeps, their laws, and what every verdict says besides. */
import { describe, expect, it } from 'vitest'
import { findDemo } from '../../main/demos/index.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type { VerdictInput } from '../../main/demos/demo.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { lane, section } from './figures.ts'

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const MS = 1e6

interface Made {
  readonly variant: string
  readonly swept?: Record<string, number>
  readonly times: readonly number[]
  readonly others?: number
}

/** Times in milliseconds, one section after the other. */
function sections(...made: readonly Made[]) {
  let from = 0
  return made.flatMap(({ variant, swept = {}, times, others }) =>
    times.map((time, index) => {
      const start = from
      from += time * MS
      return section({
        ...{ variant: sectionLabel(variant, '', swept), elapsed: time * MS, repeat: index + 1 },
        ...{ from: nanoseconds(start), to: nanoseconds(from) },
        ...(others !== undefined && { others }),
      })
    }),
  )
}

function judge(
  id: string,
  variant: string,
  made: readonly Made[],
  more: Partial<VerdictInput> = {},
) {
  const demo = findDemo(id)
  if (!demo) throw new Error(id)
  const parameters = Object.fromEntries(
    demo.manifest.parameters.map((each) => [each.id, each.default]),
  )
  const input = { variant, parameters, sections: sections(...made), cutShort: false, ...more }
  const verdict = demo.judge(input)
  const text = plain([verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n'))
  return { ...verdict, headline: plain(verdict.headline), text }
}

const SLOW = [200, 202, 198, 201, 199]
const FAST = [100, 101, 99, 100.5, 99.5]
const AS_FAST = [100.4, 99.8, 100.2, 99.4, 101]

describe('other variants', () => {
  const fork = (spawn: readonly number[], fork: readonly number[], third: readonly number[]) =>
    judge('start-methods', 'spawn', [
      { variant: 'spawn', times: spawn },
      { variant: 'prewarmed', times: fork },
      { variant: 'thread', times: third },
    ])
  it('names the fastest, by how much, and where each figure is', () => {
    const { headline, cases, text, sentences } = fork(SLOW, FAST, SLOW)
    expect(headline).toMatch(/^Fastest: “.*”, 100 ms$/)
    expect(cases?.cases.map(({ label }) => label)).toEqual(['spawn', 'prewarmed', 'thread'])
    expect(cases?.measure).toEqual({ what: 'Time', unit: 'ns', better: 'less' })
    expect(cases?.cases[0]?.ratio).toBeUndefined()
    expect(cases?.cases[1]?.ratio?.estimate).toBeCloseTo(0.5, 2)
    expect(text).toMatch(/100 ms against 200 ms \(“.*”\): 0.50 × \(95 % interval .*\): faster/)
    expect(text).toContain('no difference shown')
    const [figures] = sentences
    const linked =
      typeof figures === 'string' ? [] : (figures ?? []).filter((part) => typeof part !== 'string')
    expect(linked.map(({ place }) => place.to - place.from)).toEqual([100 * MS, 200 * MS])
  })
  it('says slower where the other way round', () => {
    const { cases, text } = fork(FAST, SLOW, AS_FAST)
    expect(text).toContain('slower')
    expect(text).not.toContain('faster.')
    expect(cases?.cases[1]?.ratio?.low).toBeGreaterThan(1)
  })
  it('shows no difference where intervals overlap', () => {
    const { headline, judgement } = fork(FAST, AS_FAST, FAST)
    expect(headline).toMatch(/^No difference shown between 3 cases; fastest was/)
    expect(judgement).toBe('no difference shown')
  })
  it('widens intervals for two comparisons, and says how many chance would show', () => {
    expect(fork(SLOW, FAST, SLOW).text).toContain('two comparisons')
    const three = fork(SLOW.slice(0, 3), FAST.slice(0, 3), SLOW.slice(0, 3)).text
    expect(three).toContain('once in ten: in about 0.20 of two comparisons')
  })
  it('claims nothing from two repeats, nor from one', () => {
    for (const count of [1, 2]) {
      const { headline, text, cases, judgement } = fork(
        SLOW.slice(0, count),
        FAST.slice(0, count),
        SLOW.slice(0, count),
      )
      expect(headline).toContain('too few repeats')
      expect(text).toContain('cannot tell a difference from noise')
      expect(cases?.cases.some((each) => each.ratio ?? each.interval)).toBe(false)
      expect(judgement).toBe('open')
    }
  })
  it('of a run that was cut short says which cases were measured less often', () => {
    const { text } = judge(
      'start-methods',
      'spawn',
      [
        { variant: 'spawn', times: SLOW },
        { variant: 'thread', times: FAST.slice(0, 3) },
        { variant: 'prewarmed', times: FAST },
      ],
      { cutShort: true },
    )
    expect(text).toContain('Measured less often than 5 times: “')
    expect(text).toContain('The run was cut short')
  })
  it('the usual pair is left to the demo', () =>
    expect(
      judge('gil-countdown', 'two-threads-gil', [
        { variant: 'two-threads-gil', times: SLOW },
        { variant: 'one-thread', times: FAST },
      ]).cases,
    ).toBeUndefined())
})

describe('a sweep', () => {
  const amdahl = (alpha: number, lanes: readonly number[]): Made[] =>
    lanes.map((threads) => ({
      variant: 'two-threads-parallel',
      swept: { threads },
      times: [0.99, 1, 1.01, 0.995, 1.005].map(
        (noise) => noise * 400 * (alpha + (1 - alpha) / threads),
      ),
    }))
  it('over threads finds Amdahl’s share and the most work a second', () => {
    const { cases, headline, text } = judge(
      'gil-countdown',
      'two-threads-parallel',
      amdahl(0.25, [1, 2, 4, 8]),
    )
    expect(cases?.measure).toMatchObject({ unit: '/s', better: 'more' })
    expect(headline).toMatch(/^Most work a second \(.*\): 8 threads, /)
    const [law] = cases?.laws ?? []
    expect(law?.law).toBe('Amdahl')
    expect(law?.contention.low).toBeLessThan(0.25)
    expect(law?.contention.high).toBeGreaterThan(0.25)
    expect(text).toMatch(
      /Amdahl’s law fits with 2\d % .*of the work done by one alone: however many/,
    )
  })
  it('of three numbers has no law', () =>
    expect(
      judge('gil-countdown', 'two-threads-parallel', amdahl(0.25, [1, 2, 4])).cases?.laws,
    ).toBeUndefined())
  it('with a baseline is compared at each point, never across points', () => {
    const { cases, text } = judge('gil-countdown', 'two-threads-parallel', [
      { variant: 'two-threads-parallel', swept: { threads: 2 }, times: FAST },
      { variant: 'one-thread', swept: { threads: 2 }, times: SLOW },
      { variant: 'two-threads-parallel', swept: { threads: 4 }, times: SLOW },
      { variant: 'one-thread', swept: { threads: 4 }, times: SLOW },
    ])
    const ratios = cases?.cases.map(({ ratio }) => ratio && Math.round(ratio.estimate * 10) / 10)
    expect(ratios).toEqual([undefined, 0.5, undefined, 1])
    expect(text).toContain('of 2 points: less at 1 and no difference shown at 1')
  })
})

describe('every verdict', () => {
  const countdown = (others: number | undefined, more: Partial<VerdictInput> = {}) =>
    judge(
      'gil-countdown',
      'one-thread',
      [
        {
          variant: 'one-thread',
          times: [2_000, 2_010, 1_990],
          ...(others !== undefined && { others }),
        },
      ],
      more,
    )
  const rows = ({ evidence }: ReturnType<typeof countdown>) =>
    Object.fromEntries(evidence.map(({ label, value }) => [label, value]))
  it('notes the machine’s load: in words only where it is notable', () => {
    expect(countdown(1.2).text).toContain('Other programs used 1.20 processors meanwhile')
    const idle = countdown(0.05)
    expect(idle.text).not.toContain('Other programs')
    expect(rows(idle)['Used by other programs']).toBe('0.05')
    expect(rows(countdown(undefined))).not.toHaveProperty('Used by other programs')
  })
  it('shows the processors used where they were measured', () => {
    expect(rows(countdown(0, { processors: [0.98, 0.99, 1] }))['Processors used']).toBe('0.99')
    expect(rows(countdown(0))).not.toHaveProperty('Processors used')
  })
  it('explains a deadlock by the names in its cycle', () => {
    const member = (name: string, other: string, track: number) => ({
      ...{
        track,
        name,
        pid: 1,
        doing: `Waiting for lock of ${other}`,
        since: nanoseconds(5),
        at: '',
      },
      holder: { track: 3 - track, name: other, since: nanoseconds(1), at: '' },
    })
    const deadlock = {
      ...{ since: nanoseconds(5), kind: 'cycle' as const, behind: [] },
      members: [member('Ann', 'Bob', 1), member('Bob', 'Ann', 2)],
    }
    const { text, judgement } = countdown(0, { deadlock, cutShort: true })
    expect(judgement).toBe('not as expected')
    expect(text).toContain('Deadlock: Ann and Bob wait for each other')
    expect(text).toContain('held by Bob')
    expect(countdown(0).text).not.toContain('Deadlock')
  })
  it('names the bottleneck where the demo has not', () => {
    const asleep = lane({ name: 'Thread-1' })
    asleep.byState[6] = 1e8
    const input = sections({ variant: 'one-thread', times: [100, 101, 102] }).map((each) => ({
      ...each,
      lanes: [asleep],
    }))
    expect(countdown(undefined, { sections: input }).judgement).toBe('open')
    const paired = [
      ...input.map((each) => ({ ...each, variant: 'two-threads-parallel' })),
      ...sections({ variant: 'one-thread', times: SLOW }),
    ]
    const { text } = judge('gil-countdown', 'two-threads-parallel', [], { sections: paired })
    expect(text).toContain('Threads slept or did I/O 100 % of their time')
  })
})
