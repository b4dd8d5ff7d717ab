import { describe, expect, it } from 'vitest'
import { cycleIn } from '../../main/demos/dining-philosophers/cycle.ts'
import { answer, judge, mealsPerSecond } from '../../main/demos/dining-philosophers/verdict.ts'
import type { VerdictInput } from '../../main/demos/demo.ts'
import type { LaneRow, LockRow, LongWait, TablesAnswer } from '../../main/run/contract.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { LaneState, OutputStream } from '../../main/trace/model.ts'
import { lock, queue, section } from './figures.ts'

const SECOND = 1e9
const MS = 1e6
const PARAMETERS = { philosophers: 3, meals: 4, think: 2, between: 5, eat: 2, patience: 1 }

const none = { count: 0, median: 0, p90: 0, p99: 0, maximum: 0 }

const lockRow = (name: string, longest: readonly LongWait[]): LockRow => ({
  ...{ track: 20, name, kind: 'Lock', madeAt: '', acquired: 1, contended: 1, switches: 0 },
  ...{ heldFor: 0, waitedFor: 0, hold: none, wait: none, longest },
})

const laneRow = (track: number): LaneRow => ({
  ...{ track, name: `philosopher ${track}`, pid: 1, now: '', nowState: LaneState.none },
  ...{ byState: new Float64Array(), waitedGil: 0, waitedLock: 0, waits: 0, longestWait: 0 },
})

const wait = (track: number, holder: number, from: number, duration: number): LongWait => ({
  ...{ track, holder, ender: 0, from: nanoseconds(from), duration: nanoseconds(duration) },
})

const tables = (locks: readonly LockRow[]): TablesAnswer => ({
  ...{ lanes: [1, 2, 3].map(laneRow), locks, queues: [], counters: [] },
  concurrency: { mean: 1, byCount: new Float64Array() },
})

/** Each of three waits for the next one's fork, the second one first. */
const circle = (from: number, duration = SECOND) => [
  lockRow('fork 3', [wait(2, 3, from, duration)]),
  lockRow('fork 1', [wait(3, 1, from + 1, duration)]),
  lockRow('fork 2', [wait(1, 2, from + 2, duration)]),
]

const hungers = (...times: readonly number[]) =>
  times.map((time, index) => ({
    stream: OutputStream.out,
    text: `philosopher ${index + 1}: hungry for at most ${time.toFixed(3)} ms`,
  }))

const dinner = (
  variant: string,
  meals: number,
  more: Partial<Parameters<typeof section>[0]> = {},
) =>
  section({
    elapsed: SECOND,
    queues: [queue({ name: 'served', puts: meals, gets: meals })],
    ...more,
    variant,
  })

function said(input: Pick<VerdictInput, 'variant' | 'sections'> & Partial<VerdictInput>) {
  const verdict = judge({ parameters: PARAMETERS, cutShort: false, ...input })
  const words = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return { ...verdict, text: words.replaceAll(/[\u00a0\u202f]/g, ' ') }
}

describe('a circle of waits', () => {
  const whole = { from: nanoseconds(0), to: nanoseconds(SECOND) }

  it('is told from the first lane on, each wait with who held what it was for', () => {
    const cycle = cycleIn(tables(circle(5)), whole, SECOND)
    expect(cycle.map(({ name, lock: its, holder }) => [name, its, holder])).toEqual([
      ['philosopher 1', 'fork 2', 'philosopher 2'],
      ['philosopher 2', 'fork 3', 'philosopher 3'],
      ['philosopher 3', 'fork 1', 'philosopher 1'],
    ])
  })

  it('leaves out who only waited behind it', () => {
    const locks = [
      lockRow('fork 1', [wait(1, 2, 5, SECOND), wait(3, 2, 5, SECOND)]),
      lockRow('fork 2', [wait(2, 1, 5, SECOND)]),
    ]
    expect(cycleIn(tables(locks), whole, SECOND).map(({ track }) => track)).toEqual([1, 2])
  })

  it.each([
    ['a chain that ends', circle(5).slice(1)],
    ['waits that ended by themselves', circle(5, 100 * MS)],
    ['waits of another section', circle(3 * SECOND)],
    [
      'holders that are not known',
      circle(5).map((row) => ({
        ...row,
        longest: row.longest.map((each) => ({ ...each, holder: 0 })),
      })),
    ],
  ])('is not seen in %s', (_, locks) => expect(cycleIn(tables(locks), whole, SECOND)).toEqual([]))
})

describe('left, then right', () => {
  it('names the circle as recorded, with a link to each wait', () => {
    const sections = [dinner('naive', 2), dinner('ordered', 12)]
    const verdict = said({ variant: 'naive', sections, tables: tables(circle(5)) })
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('Deadlock in the only repeat: three philosophers')
    expect(verdict.text).toContain(
      'philosopher 1 waited for fork 2, which philosopher 2 held; philosopher 2 waited for fork 3',
    )
    expect(verdict.text).toContain('2 of 12 meals had been eaten')
    expect(verdict.text).toContain('With ordered forks all 12 meals were eaten in 1.00 s')
    const [circleSentence] = verdict.sentences
    expect(circleSentence).toContainEqual({
      text: 'philosopher 3',
      place: { from: 6, to: 6 + SECOND, track: 3 },
    })
  })

  it('claims no deadlock where all meals were eaten, whatever was waited for', () => {
    const verdict = said({
      variant: 'naive',
      sections: [dinner('naive', 12)],
      tables: tables(circle(5)),
    })
    expect(verdict.judgement).toBe('no difference shown')
    expect(verdict.headline).toBe('No deadlock in the only repeat: all meals were eaten')
    expect(verdict.text).toContain('does not mean that it cannot')
  })

  it('does not take lost patience for a deadlock', () => {
    const verdict = said({ variant: 'naive', sections: [dinner('naive', 7)], tables: tables([]) })
    expect(verdict.judgement).toBe('open')
    expect(verdict.text).toContain('no circle was recorded: a machine too busy')
    expect(verdict.text).not.toContain('Deadlock in')
  })

  it('counts the repeats that it struck', () => {
    const sections = [dinner('naive', 12), dinner('naive', 1)]
    expect(said({ variant: 'naive', sections, tables: tables(circle(5)) }).headline).toContain(
      'Deadlock in 1 of 2 repeats',
    )
  })

  it('says what it was stopped in', () => {
    const member = { pid: 1, since: nanoseconds(0), at: '', doing: 'Waiting for fork 2' }
    const verdict = said({
      ...{ variant: 'naive', sections: [], cutShort: true },
      deadlock: {
        ...{ since: nanoseconds(0), kind: 'cycle', behind: [] },
        members: [{ ...member, track: 1, name: 'philosopher 1' }],
      },
    })
    expect(verdict.headline).toBe('Stopped in a deadlock of 1 philosopher')
    expect(said({ variant: 'naive', sections: [] }).headline).toContain('Nothing can be said')
  })
})

describe('the cures', () => {
  it('are as expected when everybody has eaten', () => {
    const verdict = said({
      variant: 'ordered',
      sections: [dinner('ordered', 12, { output: hungers(5, 30, 10) })],
    })
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('all 12 meals were eaten in every repeat, 12.0/s')
    expect(verdict.text).toContain('30.0 ms (philosopher 2)')
    expect(verdict.text).toContain('it was 5.00 ms, 6.00 times less')
  })

  it('are not when a deadlock struck all the same', () => {
    const verdict = said({
      variant: 'waiter',
      sections: [dinner('waiter', 3), dinner('ordered', 12)],
      tables: tables(circle(5)),
    })
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.headline).toContain('With a waiter the meals ended too soon')
    expect(verdict.text).not.toContain('no circle was recorded')
  })

  it('count only repeats without a circle as such', () => {
    const later = { from: nanoseconds(5 * SECOND), to: nanoseconds(6 * SECOND) }
    const sections = [dinner('waiter', 3), dinner('waiter', 3, later)]
    const verdict = said({ variant: 'waiter', sections, tables: tables(circle(5)) })
    expect(verdict.headline).toContain('2 repeats')
    expect(verdict.text).toContain('In 1 repeat nobody ate')
  })

  it('tell forks taken in vain from meals', () => {
    const forks = (acquired: number) => [10, 10, acquired].map((each) => lock({ acquired: each }))
    const backOff = (acquired: number) =>
      said({ variant: 'back-off', sections: [dinner('back-off', 12, { locks: forks(acquired) })] })
    expect(backOff(9).text).toContain('5 times a fork was taken and put back')
    expect(backOff(4).text).toContain('No fork was put back without a meal')
  })

  it('are compared by meals a second, not by time', () => {
    expect(mealsPerSecond(dinner('ordered', 12, { elapsed: SECOND / 2 }))).toBe(24)
  })
})

describe('questions', () => {
  const ask = (
    question: string,
    sections: VerdictInput['sections'],
    variant = 'naive',
    locks = circle(5),
  ) => {
    const input = { variant, parameters: PARAMETERS, cutShort: false, sections }
    return answer(question, { ...input, tables: tables(locks) })?.option
  }

  it.each([
    [[12, 12], 'always'],
    [[12, 3], 'sometimes'],
    [[0, 3], 'never'],
  ])('finish: meals %j', (meals, option) =>
    expect(
      ask(
        'finish',
        meals.map((each) => dinner('naive', each)),
      ),
    ).toBe(option),
  )

  it.each([
    [[10, 19, 11], 'no'],
    [[10, 21, 11], 'yes'],
  ])('fair: hunger %j', (times, option) =>
    expect(ask('fair', [dinner('waiter', 12, { output: hungers(...times) })], 'waiter')).toBe(
      option,
    ),
  )

  it('finish: has no answer where meals ended too soon and no circle was recorded', () => {
    expect(ask('finish', [dinner('naive', 3)], 'naive', [])).toBeUndefined()
    expect(ask('finish', [dinner('naive', 12)], 'naive', [])).toBe('always')
    const later = { from: nanoseconds(5 * SECOND), to: nanoseconds(6 * SECOND) }
    const half = [dinner('naive', 3), dinner('naive', 3, later)]
    expect(ask('finish', half)).toBeUndefined()
  })

  it('have no answer without a measurement', () => {
    expect(ask('finish', [])).toBeUndefined()
    expect(ask('fair', [dinner('waiter', 12)], 'waiter')).toBeUndefined()
  })
})
