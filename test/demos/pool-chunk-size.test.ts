import { describe, expect, it } from 'vitest'
import { demo } from '../../main/demos/pool-chunk-size/demo.ts'
import { lossesOf, mapOf } from '../../main/demos/pool-chunk-size/losses.ts'
import { chunksizeOf } from '../../main/demos/pool-chunk-size/verdict.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { OutputStream } from '../../main/trace/model.ts'
import { lane, section } from './figures.ts'

const PARAMETERS = { workers: 2, items: 64, pieces: 5, uneven: 10, chunksize: 8 }

/** Milliseconds. */
interface Worker {
  readonly busy: number
  readonly done: number
}

function ran(
  variant: string,
  took: number,
  workers: readonly Worker[] = [
    { busy: took * 0.99, done: took },
    { busy: took * 0.99, done: took },
  ],
) {
  const lines = workers.map(
    ({ busy, done }, index) =>
      `SpawnPoolWorker-${index + 1}: 32 calls, busy ${busy.toFixed(3)} ms, done after ${done.toFixed(3)} ms`,
  )
  const output = [...lines, `mapped 64 calls in ${took.toFixed(3)} ms`].map((text) => ({
    stream: OutputStream.out,
    text,
  }))
  const lanes = workers.map((_, index) =>
    lane({ track: 10 + index, name: `SpawnPoolWorker-${index + 1}` }),
  )
  return section({ variant, elapsed: 1e9, output, lanes })
}

const inputOf = (sections: readonly ReturnType<typeof ran>[], variant = 'chunks') => ({
  ...{ variant, parameters: PARAMETERS, sections, cutShort: false },
})

const judge = (own: readonly number[], rule: readonly number[]) =>
  demo.judge(
    inputOf([...own.map((took) => ran('chunks', took)), ...rule.map((took) => ran('rule', took))]),
  )

describe('chunks of a pool: against CPython’s rule', () => {
  const rule = [100, 101, 99]

  it('expects the rule to be hard to beat, and says when it was beaten', () => {
    expect(judge([120, 121, 119], rule).judgement).toBe('as expected')
    expect(judge([100, 101, 99], rule).judgement).toBe('no difference shown')
    expect(judge([90, 91, 89], rule).judgement).toBe('as expected')
    expect(judge([50, 51, 49], rule).judgement).toBe('not as expected')
    expect(judge([50, 51], rule).judgement).toBe('open')
  })

  it('names both chunk sizes', () => {
    expect(judge([120, 121, 119], rule).headline).toMatch(
      /^In chunks of 8, 64 calls took 1\.20\s× the time of CPython’s rule \(chunks of 8\): slower/,
    )
  })

  it('says nothing of a map that did not end', () => {
    const unended = section({ variant: 'chunks', elapsed: 1e9 })
    expect(demo.judge(inputOf([unended])).judgement).toBe('open')
    expect(demo.answer?.('loss', inputOf([unended]))).toBeUndefined()
  })
})

describe('chunks of a pool: the rule', () => {
  it.each([
    [64, 2, 8],
    [65, 2, 9],
    [1_024, 8, 32],
    [3, 2, 1],
  ])('cuts %d items for %d workers into chunks of %d', (items, workers, size) =>
    expect(chunksizeOf('rule', { ...PARAMETERS, items, workers })).toBe(size),
  )
})

describe('chunks of a pool: where the time went', () => {
  const lossIn = (workers: readonly Worker[], of = 2) => {
    const map = mapOf(ran('chunks', 100, workers))
    return map && lossesOf(map, of)
  }

  it('is the tail where one worked on alone, and names it', () => {
    const tail = lossIn([
      { busy: 50, done: 50 },
      { busy: 100, done: 100 },
    ])
    expect(tail).toMatchObject({ last: 'SpawnPoolWorker-2', lead: 50e6 })
    expect(tail?.tail).toBeCloseTo(0.25)
    expect(tail?.dispatch).toBeCloseTo(0)
  })

  it('is handing out where both ended together and worked half of the time', () => {
    const handing = lossIn([
      { busy: 50, done: 100 },
      { busy: 50, done: 100 },
    ])
    expect(handing?.tail).toBe(0)
    expect(handing?.dispatch).toBeCloseTo(0.5)
  })

  it('counts a worker that got nothing as idle from the beginning', () => {
    const alone = lossIn([{ busy: 100, done: 100 }])
    expect(alone?.tail).toBeCloseTo(0.5)
    expect(alone?.lead).toBe(100e6)
  })

  it('links the tail to the row of its worker', () => {
    const workers = [
      { busy: 50, done: 50 },
      { busy: 100, done: 100 },
    ]
    const { sentences } = demo.judge(inputOf([ran('chunks', 100, workers)]))
    const said = sentences.find((each) => sentenceText(each).includes('was the last'))
    expect(said).toEqual(
      expect.arrayContaining([{ text: '50.0\u00a0ms', place: { from: 0, to: 1e9, track: 11 } }]),
    )
  })

  const answers = (workers: readonly Worker[]) =>
    demo.answer?.('loss', inputOf([ran('chunks', 100, workers)]))?.option

  it('answers which of the two was more, or that neither was', () => {
    expect(
      answers([
        { busy: 50, done: 50 },
        { busy: 100, done: 100 },
      ]),
    ).toBe('tail')
    expect(
      answers([
        { busy: 50, done: 100 },
        { busy: 50, done: 100 },
      ]),
    ).toBe('dispatch')
    expect(
      answers([
        { busy: 99.5, done: 100 },
        { busy: 99.5, done: 100 },
      ]),
    ).toBe('neither')
  })
})

describe('chunks of a pool: the best of a sweep', () => {
  const best = (times: readonly (readonly [number, number])[]) =>
    demo.answer?.(
      'best',
      inputOf(
        times.map(([chunksize, took]) => ran(sectionLabel('chunks', '', { chunksize }), took)),
      ),
    )?.option

  it('is found wherever it lies', () => {
    expect(
      best([
        [1, 150],
        [8, 100],
        [32, 140],
      ]),
    ).toBe('between')
    expect(
      best([
        [1, 100],
        [8, 110],
        [32, 140],
      ]),
    ).toBe('shortest')
    expect(
      best([
        [1, 150],
        [8, 120],
        [32, 100],
      ]),
    ).toBe('longest')
    expect(
      best([
        [1, 150],
        [8, 120],
      ]),
    ).toBeUndefined()
  })
})
