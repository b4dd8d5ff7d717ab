import { describe, expect, it } from 'vitest'
import type { VerdictInput } from '../../main/demos/demo.ts'
import { demo } from '../../main/demos/readers-writers/demo.ts'
import { answer, judge, readsPerSecond } from '../../main/demos/readers-writers/verdict.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { OutputStream } from '../../main/trace/model.ts'
import { lane, lock, section } from './figures.ts'

const SECOND = 1e9
const PARAMETERS = { readers: 2, writers: 1, read: 2, write: 2, pause: 0.5, rounds: 50 }

interface Given {
  readonly elapsed?: number
  /** Longest waits, milliseconds. */
  readonly reader?: number
  readonly writer?: number
  readonly torn?: number
}

const room = (variant: string, { elapsed = 1, reader = 5, writer = 50, torn = 0 }: Given = {}) =>
  section({
    ...{ variant, elapsed: elapsed * SECOND },
    lanes: ['reader 1', 'writer 1'].map((name, track) =>
      lane({ track: track + 8, name, running: elapsed * SECOND }),
    ),
    output: [
      `reader 1: 50 reads, waited 1.000 ms on average, ${reader}.000 ms at most`,
      // CPython writes a line's end by itself: two lines may come as one.
      `reader 2: 50 reads, waited 1.000 ms on average, 1.000 ms at mostwriter 1: 7 writes, waited 2.000 ms on average, ${writer}.000 ms at most`,
      ...(torn > 0 ? [`${torn} reads saw a record that was half written`] : []),
    ].map((text) => ({ stream: OutputStream.out, text })),
  })

const times = (variant: string, elapsed: number, given: Given = {}) => [
  ...[0, 0.01, 0.02].map((more) => room(variant, { ...given, elapsed: elapsed + more })),
  ...[0, 0.01, 0.02].map((more) => room('mutex', { elapsed: 1 + more })),
]

function said(variant: string, sections: VerdictInput['sections'], readers = 2) {
  const parameters = { ...PARAMETERS, readers }
  const verdict = judge({ variant, parameters, cutShort: false, sections })
  const words = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return { ...verdict, text: words.replaceAll(/[\u00a0\u202f]/g, ' ') }
}

describe('readers together', () => {
  it.each([
    [0.5, 'as expected'],
    [1, 'no difference shown'],
    [2, 'not as expected'],
  ])('%d against 1 s: %s', (elapsed, judgement) => {
    expect(said('readers-first', times('readers-first', elapsed)).judgement).toBe(judgement)
    expect(said('fair', times('fair', elapsed)).judgement).toBe(judgement)
  })

  it('are not expected to be faster when there is one', () =>
    expect(said('fair', times('fair', 0.5), 1).judgement).toBe('not as expected'))

  it('are never as expected when a record was seen half written', () =>
    expect(said('fair', times('fair', 0.5, { torn: 1 })).judgement).toBe('not as expected'))

  it('count the reads, and not what the writers did after them', () => {
    expect(readsPerSecond(room('fair', { elapsed: 0.5 }), PARAMETERS)).toBe(200)
    const after = { ...room('fair', { elapsed: 0.5 }), elapsed: nanoseconds(5 * SECOND) }
    expect(readsPerSecond(after, PARAMETERS)).toBe(200)
  })

  it('are not excused by repeats in which no half-written record was seen', () => {
    const others = times('fair', 0.5).slice(1)
    const verdict = said('fair', [room('fair', { elapsed: 0.5, torn: 1 }), ...others])
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.text).toContain('1 read fell between the two halves')
    expect(said('fair', times('fair', 0.5)).text).toContain('No read saw')
  })
})

describe('a writer', () => {
  it('starves when it waits for most of the time', () => {
    const verdict = said('readers-first', [room('readers-first', { writer: 700 })])
    expect(verdict.text).toContain(
      'A writer starved: one wait of it was as long as 70 % of the time that the readers were at it',
    )
    expect(verdict.text).not.toContain('A reader starved')
  })
  it('lets readers starve', () => {
    const verdict = said('writers-first', [room('writers-first', { reader: 900, writer: 5 })])
    expect(verdict.text).toContain('A reader starved: one wait of it was as long as 90 %')
    expect(verdict.text).not.toContain('A writer starved')
  })
  it('does not when it gets in', () =>
    expect(said('readers-first', [room('readers-first')]).text).not.toContain('starved'))

  it('is linked to where it waited', () => {
    const starving = {
      ...room('readers-first'),
      lanes: [lane({ track: 4, name: 'reader 1' }), lane({ track: 9, name: 'writer 1' })],
      locks: [
        lock({ longestWait: 8, longestAt: { track: 4, from: nanoseconds(1), to: nanoseconds(9) } }),
        lock({ longestWait: 7, longestAt: { track: 9, from: nanoseconds(2), to: nanoseconds(9) } }),
      ],
    }
    expect(said('readers-first', [starving]).evidence).toContainEqual(
      expect.objectContaining({
        label: 'Longest wait of a writer',
        place: { track: 9, from: 2, to: 9 },
      }),
    )
  })

  it.each([
    [{ reader: 50, writer: 5 }, 'as expected'],
    [{ reader: 5, writer: 50 }, 'not as expected'],
  ])('first: %j is %s', (given, judgement) =>
    expect(said('writers-first', [room('writers-first', given)]).judgement).toBe(judgement),
  )
})

describe('without a lock', () => {
  it('half-written records are expected, and not seeing one is luck', () => {
    const seen = said('no-lock', [room('no-lock', { torn: 3 })])
    expect(seen.judgement).toBe('as expected')
    expect(seen.headline).toContain('3 reads saw a record that was half written')
    const luck = said('no-lock', [room('no-lock')])
    expect(luck.judgement).toBe('no difference shown')
    expect(luck.headline).toContain('luck')
  })
})

it('says nothing of a run whose threads told nothing', () =>
  expect(said('fair', [section({ variant: 'fair', elapsed: SECOND })]).judgement).toBe('open'))

it.each([
  [{ reader: 10, writer: 16 }, 'writer'],
  [{ reader: 16, writer: 10 }, 'reader'],
  [{ reader: 10, writer: 14 }, 'alike'],
])('who waits longest: %j', (given, option) => {
  const input = { variant: 'fair', parameters: PARAMETERS, cutShort: false }
  expect(answer('longest', { ...input, sections: [room('fair', given)] })?.option).toBe(option)
})

it.each([
  ['no-lock', 500],
  ['readers-first', 1_000],
  ['mutex', 1_600],
])('%s: each writer is alone, where there is a lock: %d s', (variant, seconds) => {
  const p = { readers: 4, writers: 2, read: 200, write: 400, pause: 100, rounds: 1_000 }
  expect(demo.estimate?.(p, variant).seconds).toBe(seconds)
})
