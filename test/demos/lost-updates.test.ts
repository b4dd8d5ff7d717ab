import { describe, expect, it } from 'vitest'
import { section } from './figures.ts'
import { answerOf, cpython, judgeDemo, printed, type Judging } from './judging.ts'

const MS = 1e6

const counted = (variant: string, ...counts: readonly number[]) =>
  counts.map((count, repeat) =>
    section({
      variant,
      repeat,
      elapsed: 50 * MS + repeat,
      output: printed(`counted ${count} of 1000`),
    }),
  )

const judged = (variant: string, counts: readonly number[], judging?: Judging) =>
  judgeDemo('lost-updates', variant, counted(variant, ...counts), judging)

describe('lost updates', () => {
  it('says how many were lost, of how many', () => {
    const verdict = judged('no-lock', [900, 800, 700])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toBe('Without a lock, 20 % of 1 000 increments were lost')
    expect(verdict.text).toContain(
      'In the worst repeat, of 1 000 increments the counter shows 700.',
    )
  })

  it('does not call a race harmless that showed nothing', () => {
    const verdict = judged('no-lock', [1000, 1000, 1000])
    expect(verdict.judgement).toBe('no difference shown')
    expect(verdict.headline).toBe('Without a lock, all 1 000 increments were counted')
    expect(verdict.text).toContain('Nothing prevents it')
  })

  it('sees what was lost in a single repeat', () => {
    const verdict = judged('no-lock', [1000, 1000, 999])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('in some of the repeats')
  })

  it.each(['lock', 'atomic', 'gil'])('%s: a single lost increment is a mistake', (variant) => {
    expect(judged(variant, [1000, 1000, 1000]).judgement).toBe('as expected')
    expect(judged(variant, [1000, 1000, 999]).judgement).toBe('not as expected')
  })

  it('expects nothing of one thread but that it counts', () => {
    const alone = { parameters: { threads: 1 } }
    expect(judged('no-lock', [1000], alone).judgement).toBe('as expected')
    expect(judged('no-lock', [999], alone).judgement).toBe('not as expected')
  })

  it.each([
    [cpython('3.9.18'), [1000, 1000], 'no difference shown', 'every version up to 3.9'],
    [cpython('3.9.18'), [900, 900], 'as expected', 'every version up to 3.9'],
    [cpython('3.10.13'), [1000, 1000], 'as expected', 'since 3.10'],
    [cpython('3.13.0'), [900, 900], 'not as expected', 'no increment should have been lost'],
    [cpython('3.13.0', true), [900, 900], 'as expected', 'without a GIL'],
  ])('of %o, %j are %s: %s', (engine, counts, judgement, words) => {
    const verdict = judged('no-lock', counts, { engine })
    expect(verdict.judgement).toBe(judgement)
    expect(verdict.text).toContain(words)
  })

  it('does not speak of the GIL where there is none', () => {
    const free = judged('split', [500], { engine: cpython('3.14.0', true) })
    expect(free.text).not.toContain('The GIL keeps')
    expect(judged('split', [500], { engine: cpython('3.14.0') }).text).toContain('The GIL keeps')
  })

  it('shows a lost update that a thread saw, and none where it was no loss', () => {
    const seen = (line: string) =>
      judgeDemo('lost-updates', 'split', [
        section({ variant: 'split', elapsed: MS, output: printed(line, 'counted 5 of 9') }),
      ]).text
    expect(seen('read 17, writes 18, though the counter is now 530')).toContain(
      'a thread read 17, others had brought the counter to 530, and it wrote 18',
    )
    expect(seen('read 17, writes 18, though the counter is now 12')).not.toContain('a thread read')
  })

  it('tells what a lock costs only where a difference was shown', () => {
    const against = (...times: readonly number[]) =>
      judgeDemo('lost-updates', 'no-lock', [
        ...counted('no-lock', 900, 900, 900),
        ...times.map((time) => section({ variant: 'lock', elapsed: time * MS })),
      ]).text
    expect(against(100, 101, 102)).toContain('Without a lock it took 0.50')
    expect(against(40, 100, 101)).not.toContain('Without a lock it took')
  })

  it('says nothing where nothing was printed', () => {
    const sections = [section({ variant: 'no-lock', elapsed: MS })]
    expect(judgeDemo('lost-updates', 'no-lock', sections).judgement).toBe('open')
    expect(answerOf('lost-updates', 'lost', 'no-lock', sections)).toBeUndefined()
  })

  it.each([
    [[1000, 1000], 'none'],
    [[999, 999], 'few'],
    // The median would say none.
    [[1000, 1000, 999], 'few'],
    [[999, 999, 900], 'many'],
    [[900, 900], 'many'],
  ])('answers %j with %s', (counts, option) => {
    const sections = counted('no-lock', ...counts)
    expect(answerOf('lost-updates', 'lost', 'no-lock', sections)?.option).toBe(option)
  })

  it('answers whether a lock counts right', () => {
    expect(answerOf('lost-updates', 'right', 'lock', counted('lock', 1000))?.option).toBe('yes')
    expect(answerOf('lost-updates', 'right', 'lock', counted('lock', 999))?.option).toBe('no')
    const once = counted('lock', 1000, 1000, 999)
    expect(answerOf('lost-updates', 'right', 'lock', once)?.option).toBe('no')
  })
})
