/** What the note's programs answer: from what was measured, or not at all. */
import { describe, expect, it } from 'vitest'
import { LaneState, ResourceKind } from '../../main/trace/model.ts'
import { lane, queue, section } from './figures.ts'
import { answerOf, printed } from './judging.ts'

const MS = 1e6

describe('answers', () => {
  it.each([
    [[5, 9], 'short'],
    [[40, 60], 'medium'],
    [[150, 160], 'long'],
  ])('start methods: first messages after %j ms are %s', (times, option) => {
    const output = printed(...times.map((time) => `spawn: started in ${time.toFixed(3)} ms`))
    const sections = [section({ variant: 'spawn', elapsed: MS, output })]
    expect(answerOf('start-methods', 'first-word', 'spawn', sections)?.option).toBe(option)
    expect(answerOf('start-methods', 'first-word', 'spawn', [])).toBeUndefined()
  })

  it.each([
    [[50, 50], 'equally'],
    [[95, 5], 'one'],
  ])('pool: workers that ran %j share %s', (ran, option) => {
    const lanes = ran.map((running, index) => lane({ name: 'Worker', pid: index + 2, running }))
    expect(lanes[0]?.byState[LaneState.running]).toBe(ran[0])
    const sections = [section({ variant: 'results', elapsed: MS, lanes })]
    expect(answerOf('pool-map', 'shared', 'results', sections)?.option).toBe(option)
    expect(
      answerOf('pool-map', 'shared', 'results', [section({ variant: 'results', elapsed: MS })]),
    ).toBeUndefined()
  })

  it.each([
    ['in order: true', 'list'],
    ['in order: false', 'other'],
    ['', undefined],
  ])('pool: “%s” is %s', (line, option) => {
    const sections = [section({ variant: 'results', elapsed: MS, output: printed(line) })]
    expect(answerOf('pool-map', 'order', 'results', sections)?.option).toBe(option)
  })

  it.each([
    ['sender-receiver-thread', 'thread', 0, 'yes'],
    ['sender-receiver-thread', 'thread', 1, 'no'],
    ['sender-receiver-process', 'process', 2, 'no'],
  ])('%s %s: %d left is %s', (demo, variant, left, option) => {
    const queues = [
      queue({ puts: 10 + left, gets: 10, left }),
      queue({ kind: ResourceKind.pipe, puts: 99, left: 5 }),
    ]
    const sections = [section({ variant, elapsed: MS, queues })]
    expect(answerOf(demo, 'received', variant, sections)?.option).toBe(option)
    expect(answerOf(demo, 'received', variant, [section({ variant, elapsed: MS })])).toBeUndefined()
  })
})
