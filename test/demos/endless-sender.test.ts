import { describe, expect, it } from 'vitest'
import { LaneEnd } from '../../main/trace/model.ts'
import { lane, queue, section } from './figures.ts'
import { answerOf, judgeDemo, printed } from './judging.ts'

const MS = 1e6

const sections = (variant: string, call: string, ...alive: readonly boolean[]) =>
  alive.map((isAlive) =>
    section({
      variant,
      elapsed: 2_000 * MS,
      output: printed(
        `${call} took 1000.000 ms: the sender ${isAlive ? 'is still alive' : 'has ended'}`,
      ),
    }),
  )

const judged = (variant: string, ...alive: readonly boolean[]) =>
  judgeDemo('endless-sender', variant, sections(variant, 'join()', ...alive))

describe('the endless sender', () => {
  it.each([
    ['join', true, 'as expected'],
    ['join', false, 'not as expected'],
    ['terminate', false, 'as expected'],
    ['terminate', true, 'not as expected'],
    ['thread-join', true, 'as expected'],
    ['thread-join', false, 'not as expected'],
    ['thread-event', false, 'as expected'],
    ['thread-event', true, 'not as expected'],
    ['daemon', true, 'as expected'],
    ['daemon', false, 'not as expected'],
  ])('%s, still alive %s: %s', (variant, isAlive, judgement) => {
    expect(judged(variant, isAlive, isAlive).judgement).toBe(judgement)
  })

  it('explains a join in vain, each with its own remedy', () => {
    expect(judged('join', true).headline).toBe(
      'join() took 1.00 s, and the sender was still sending',
    )
    expect(judged('join', true).text).toContain('terminate() ends it')
    expect(judged('thread-join', true).text).toContain('neither terminate() nor kill()')
    expect(judged('join', false).text).not.toContain('gave up')
  })

  it('is not as expected when it went one way and the other', () => {
    expect(judged('join', true, false).judgement).toBe('not as expected')
    expect(judged('join', true, false).headline).toContain('in some of the repeats')
  })

  it('tells what stayed behind, and who was terminated', () => {
    const [own] = sections('terminate', 'terminate() and join()', false)
    if (own === undefined) throw new Error('no section')
    const left = queue({
      puts: 12,
      gets: 10,
      left: 2,
      putters: [{ track: 5, name: 'p', items: 12, blocked: 0 }],
    })
    const sender = { ...lane({ name: 'Process-1', track: 5 }), ended: LaneEnd.terminated }
    const verdict = judgeDemo('endless-sender', 'terminate', [
      { ...own, queues: [left], lanes: [sender] },
    ])
    expect(verdict.text).toContain('2 items stayed behind')
    expect(verdict.text).toContain('was terminated wherever it was')
    const none = judgeDemo('endless-sender', 'terminate', [
      { ...own, queues: [{ ...left, left: 0 }], lanes: [{ ...sender, ended: LaneEnd.returned }] },
    ])
    expect(none.text).not.toContain('stayed behind')
    expect(none.text).not.toContain('was terminated')
  })

  it('answers from what happened, or not at all', () => {
    const asked = (...alive: readonly boolean[]) =>
      answerOf('endless-sender', 'ended', 'join', sections('join', 'join()', ...alive))?.option
    expect(asked(true)).toBe('no')
    expect(asked(false)).toBe('yes')
    expect(asked(true, false)).toBeUndefined()
    expect(asked()).toBeUndefined()
  })

  it('says nothing where the call was not reached', () => {
    const silent = [section({ variant: 'join', elapsed: MS })]
    expect(judgeDemo('endless-sender', 'join', silent).judgement).toBe('open')
  })
})
