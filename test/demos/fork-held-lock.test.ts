import { describe, expect, it } from 'vitest'
import { lane, section } from './figures.ts'
import { answerOf, cpython, judgeDemo, printed, type Judging } from './judging.ts'

const MS = 1e6
const WARNING = 'DeprecationWarning: This process (pid=1) is multi-threaded'

const sections = (variant: string, method: string, ...got: readonly boolean[]) =>
  got.map((each) =>
    section({
      variant,
      elapsed: 2_000 * MS,
      output: printed(
        ...(method === 'fork' ? [WARNING] : []),
        `${method}: the child ${each ? 'got the lock' : 'gave up'} after ${each ? '0.010' : '2500.000'} ms`,
      ),
    }),
  )

const judged = (variant: string, method: string, got: readonly boolean[], judging?: Judging) =>
  judgeDemo('fork-held-lock', variant, sections(variant, method, ...got), judging)

describe('fork with a held lock', () => {
  it.each([
    ['fork', 'fork', false, 'as expected'],
    ['fork', 'fork', true, 'open'],
    ['spawn', 'spawn', true, 'as expected'],
    ['spawn', 'spawn', false, 'not as expected'],
    ['forkserver', 'prewarmed', true, 'as expected'],
    ['forkserver', 'forkserver', false, 'not as expected'],
  ])('%s by %s, lock got %s: %s', (variant, method, got, judgement) => {
    expect(judged(variant, method, [got, got]).judgement).toBe(judgement)
  })

  it('explains why the child hangs, and only where it was forked', () => {
    const forked = judged('fork', 'fork', [false])
    expect(forked.headline).toContain('never got the lock: it gave up after 2.50 s')
    expect(forked.text).toContain('In the parent the lock was free again after 1.50 s')
    expect(forked.text).toContain('by a thread that the child does not have')
    expect(judged('spawn', 'spawn', [false]).text).not.toContain('The fork copied')
  })

  it('does not say that the parent let go before the child gave up when it did not', () => {
    const long = { parameters: { held: 5_000 } }
    expect(judged('fork', 'fork', [false], long).text).not.toContain('In the parent')
  })

  it('is not as expected when it went one way and the other', () => {
    const verdict = judged('fork', 'fork', [true, false])
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.headline).toContain('in some of the repeats')
  })

  it('quotes the warning, and says where there is none', () => {
    const engine = cpython('3.11.7')
    expect(judged('fork', 'fork', [false], { engine }).text).toContain(WARNING)
    const [quiet] = sections('fork', 'fork', false)
    const silent = quiet === undefined ? [] : [{ ...quiet, output: quiet.output.slice(1) }]
    expect(judgeDemo('fork-held-lock', 'fork', silent, { engine }).text).toContain('from 3.12 on')
  })

  it('says so when the child did not even answer', () => {
    const output = printed('fork: the child said nothing for 4500.000 ms')
    const verdict = judgeDemo('fork-held-lock', 'fork', [
      section({ variant: 'fork', elapsed: MS, output }),
    ])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.text).toContain('hangs in something else')
    expect(verdict.evidence[1]?.label).toBe('Said nothing for')
    expect(verdict.text).not.toContain('gave up after')
    expect(judged('fork', 'fork', [false]).text).not.toContain('something else')
  })

  it('does not say of a child that was not forked that it hangs', () => {
    const output = printed('spawn: the child said nothing for 4500.000 ms')
    const slow = [section({ variant: 'spawn', elapsed: MS, output })]
    const verdict = judgeDemo('fork-held-lock', 'spawn', slow)
    expect(verdict.judgement).toBe('open')
    expect(verdict.text).toContain('may take so long to start')
    expect(verdict.text).not.toContain('fork has copied')
    expect(verdict.text).not.toContain('never got the lock')
    expect(answerOf('fork-held-lock', 'got', 'spawn', slow)).toBeUndefined()
    expect(judged('spawn', 'spawn', [false]).text).toContain('never got the lock')
  })

  it('explains why a forked child got the lock', () => {
    expect(judged('fork', 'fork', [true]).text).toContain('is free in the child as well')
    expect(judged('fork', 'fork', [false]).text).not.toContain('is free in the child')
    expect(judged('spawn', 'spawn', [true]).text).not.toContain('is free in the child')
  })

  it('links the wait to the child’s own lane', () => {
    const [own] = sections('fork', 'fork', false)
    const lanes = [
      lane({ name: 'MainThread', track: 1, pid: 1, waitedLock: 9 }),
      lane({ name: 'Process-1', track: 7, pid: 2, waitedLock: 5 }),
    ]
    const verdict = judgeDemo(
      'fork-held-lock',
      'fork',
      own === undefined ? [] : [{ ...own, lanes }],
    )
    expect(verdict.evidence.find(({ label }) => label === 'Gave up after')?.place?.track).toBe(7)
  })

  it('answers from what happened, or not at all', () => {
    const asked = (...got: readonly boolean[]) =>
      answerOf('fork-held-lock', 'got', 'fork', sections('fork', 'fork', ...got))?.option
    expect(asked(false, false)).toBe('no')
    expect(asked(true)).toBeUndefined()
    const spawned = sections('spawn', 'spawn', true)
    expect(answerOf('fork-held-lock', 'got', 'spawn', spawned)?.option).toBe('yes')
    expect(asked(true, false)).toBeUndefined()
    expect(asked()).toBeUndefined()
  })

  it('says nothing of a child that never answered', () => {
    const silent = [section({ variant: 'fork', elapsed: MS })]
    expect(judgeDemo('fork-held-lock', 'fork', silent).judgement).toBe('open')
  })
})
