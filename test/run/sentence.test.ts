import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { figure, headed, say, sentenceText } from '../../main/run/sentence.ts'

const place = { from: nanoseconds(1), to: nanoseconds(2), track: 3 }

describe('sentences', () => {
  it('without a place are text', () => {
    expect(say`It took ${figure('2 s')}.`).toBe('It took 2 s.')
  })

  it('keep the places of a sentence within a sentence', () => {
    const inner = say`, ${figure('3 ms', place)} of it waiting`
    expect(say`It took ${'2 s'}${inner}.`).toEqual([
      'It took ',
      '2 s',
      ', ',
      { text: '3 ms', place },
      ' of it waiting',
      '.',
    ])
    expect(sentenceText(say`It took ${'2 s'}${inner}.`)).toBe('It took 2 s, 3 ms of it waiting.')
  })

  it('head a verdict as words, and with links only where there are any', () => {
    expect(headed('Nothing was started')).toEqual({ headline: 'Nothing was started' })
    expect(headed(say`It took ${figure('2 s', place)}`)).toEqual({
      headline: 'It took 2 s',
      linkedHeadline: ['It took ', { text: '2 s', place }],
    })
  })
})
