import { describe, expect, it } from 'vitest'
import { section } from './figures.ts'
import { answerOf, cpython, judgeDemo, printed, type Judging } from './judging.ts'

const MS = 1e6

interface HandOver {
  readonly ms?: number
  readonly seen?: boolean
  readonly mine?: string
  readonly others?: string
}

const handOver = ({ ms = 1, seen = false, mine = 'at 0x1', others = 'at 0x2' }: HandOver) => [
  `mine is ${mine}, the other's ${others}`,
  `its change is ${seen ? '' : 'not '}seen`,
  `handed over in ${ms.toFixed(4)} ms, written to in 0.0500 ms`,
]

const sections = (variant: string, ...each: readonly HandOver[]) =>
  each.map((one, repeat) =>
    section({ variant, repeat, elapsed: 50 * MS, output: printed(...handOver(one)) }),
  )

const judged = (variant: string, each: readonly HandOver[], judging?: Judging) =>
  judgeDemo('shared-or-copied', variant, sections(variant, ...each), judging)

describe('shared or copied', () => {
  it.each([
    ['thread', true, 'as expected'],
    ['thread', false, 'not as expected'],
    ['process', false, 'as expected'],
    ['process', true, 'not as expected'],
    ['spawn', true, 'not as expected'],
    ['fork', true, 'not as expected'],
  ])('%s, change seen %s: %s', (variant, seen, judgement) => {
    const verdict = judged(variant, [{ seen }])
    expect(verdict.judgement).toBe(judgement)
    expect(verdict.headline).toContain(seen ? 'the same object' : 'it has a copy')
  })

  it('knows that a queue of threads copies in Node, and not in CPython', () => {
    const engine = cpython('3.13.0')
    expect(judged('queue', [{ seen: false }]).judgement).toBe('as expected')
    expect(judged('queue', [{ seen: true }]).judgement).toBe('not as expected')
    expect(judged('queue', [{ seen: true }], { engine }).judgement).toBe('as expected')
    expect(judged('queue', [{ seen: false }], { engine }).judgement).toBe('not as expected')
  })

  it('does not call it one or the other when the change was seen now and then', () => {
    const verdict = judged('thread', [{ seen: true }, { seen: false }])
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.headline).not.toContain('seen')
  })

  it('tells the same address from the same object', () => {
    const same = { mine: 'at 0x7f', others: 'at 0x7f' }
    expect(judged('thread', [{ ...same, seen: true }]).text).toContain('the same object')
    const forked = judged('fork', [same]).text
    expect(forked).toContain('not the same memory')
    expect(judged('process', [{}]).text).toContain('another object')
    expect(judged('process', [{ mine: 'in memory', others: 'in memory' }]).text).toContain(
      'Node tells no addresses',
    )
  })

  it('compares hand-overs, not the time of the sections', () => {
    const verdict = judgeDemo('shared-or-copied', 'process', [
      ...sections('process', { ms: 10 }, { ms: 10 }, { ms: 10 }),
      ...sections('thread', { ms: 0.1 }, { ms: 0.1 }, { ms: 0.1 }),
    ])
    expect(verdict.ratio).toMatchObject({ estimate: 100, what: 'Hand-over' })
    expect(verdict.text).toContain('100 × for a process: slower')
  })

  it('shows no difference where there is none', () => {
    const verdict = judgeDemo('shared-or-copied', 'process', [
      ...sections('process', { ms: 1 }, { ms: 2 }, { ms: 3 }),
      ...sections('thread', { ms: 3 }, { ms: 1 }, { ms: 2 }),
    ])
    expect(verdict.text).toContain('no difference shown')
  })

  it('answers from what was seen, or not at all', () => {
    const asked = (each: readonly HandOver[]) =>
      answerOf('shared-or-copied', 'seen', 'thread', sections('thread', ...each))?.option
    expect(asked([{ seen: true }])).toBe('yes')
    expect(asked([{ seen: false }])).toBe('no')
    expect(asked([{ seen: true }, { seen: false }])).toBeUndefined()
    expect(asked([])).toBeUndefined()
  })

  it('says nothing where nothing was printed', () => {
    expect(
      judgeDemo('shared-or-copied', 'thread', [section({ variant: 'thread', elapsed: MS })])
        .judgement,
    ).toBe('open')
  })
})
