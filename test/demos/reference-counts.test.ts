import { describe, expect, it } from 'vitest'
import { section } from './figures.ts'
import { answerOf, cpython, judgeDemo, printed, type Judging } from './judging.ts'

const MS = 1e6

const model = (variant: string, counted: number, tooFew = 0, each = 100) =>
  section({
    variant,
    elapsed: 50 * MS,
    output: printed(
      `model: ${counted} counted, 1 held; ${tooFew} times too few`,
      `each taken and dropped in ${each.toFixed(3)} ns`,
    ),
  })

const real = (variant: string, after: number) =>
  section({
    variant,
    elapsed: 50 * MS,
    output: printed(
      `real: ${after} counted, 3 before; at most 120 meanwhile`,
      'each taken and dropped in 50.000 ns',
    ),
  })

const judged = (sections: readonly ReturnType<typeof section>[], judging?: Judging) =>
  judgeDemo('reference-counts', sections[0]?.variant ?? '', sections, judging)

describe('reference counts', () => {
  it('tells too many from too few, and both from right', () => {
    expect(judged([model('plain', 7)]).text).toContain('never be freed')
    expect(judged([model('plain', -2)]).text).toContain('freed while main has it')
    expect(judged([model('plain', 1, 3)]).text).toContain('3 times it said that nobody had')
    for (const wrong of [model('plain', 7), model('plain', -2), model('plain', 1, 3)])
      expect(judged([wrong]).headline).toContain('went wrong')
    expect(judged([model('plain', 1)]).headline).toContain('was right')
  })

  it.each(['lock', 'atomic', 'gil'])('%s: a wrong count is a mistake', (variant) => {
    expect(judged([model(variant, 1)]).judgement).toBe('as expected')
    expect(judged([model(variant, 1), model(variant, 2)]).judgement).toBe('not as expected')
  })

  it('does not call a race harmless that showed nothing', () => {
    expect(judged([model('plain', 1)]).judgement).toBe('no difference shown')
    expect(judged([model('plain', 1), model('plain', 9)]).judgement).toBe('as expected')
    const alone = { parameters: { threads: 1 } }
    expect(judged([model('plain', 1)], alone).judgement).toBe('as expected')
    expect(judged([model('plain', 2)], alone).judgement).toBe('not as expected')
  })

  it('says what is a model and what is real', () => {
    expect(judged([model('plain', 1)]).text).toContain('This is a model')
    const gil = judged([real('shared', 3)], { engine: cpython('3.13.0') })
    expect(gil.text).toContain('is the GIL’s work')
    expect(gil.text).not.toContain('model')
    const free = judged([real('shared', 3)], { engine: cpython('3.13.0', true) })
    expect(free.text).toContain('Without a GIL')
  })

  it('judges the real counts by what they were before', () => {
    expect(judged([real('shared', 3)]).judgement).toBe('as expected')
    expect(judged([real('shared', 4)]).judgement).toBe('not as expected')
  })

  it('compares what a reference costs, and says when nothing was shown', () => {
    const against = (each: number) =>
      judged([
        ...[1, 2, 3].map((extra) => model('lock', 1, 0, each + extra)),
        ...[1, 2, 3].map((extra) => model('atomic', 1, 0, 100 + extra)),
      ])
    expect(against(1_000).text).toMatch(/it takes 9\.8\d × that: slower/)
    expect(against(1_000).ratio).toMatchObject({ what: 'Time of one reference' })
    expect(against(100).text).toContain('no difference shown')
  })

  it('answers from the counts, or not at all', () => {
    const asked = (...sections: readonly ReturnType<typeof model>[]) =>
      answerOf('reference-counts', 'right', 'plain', sections)?.option
    expect(asked(model('plain', 1))).toBe('yes')
    expect(asked(model('plain', 1), model('plain', 2))).toBe('no')
    expect(asked()).toBeUndefined()
  })

  it('says nothing where nothing was counted', () => {
    expect(judged([section({ variant: 'plain', elapsed: MS })]).judgement).toBe('open')
  })
})
