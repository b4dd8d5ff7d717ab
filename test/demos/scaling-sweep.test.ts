import { describe, expect, it } from 'vitest'
import { demo } from '../../main/demos/scaling-sweep/demo.ts'
import { boundOf } from '../../main/demos/scaling-sweep/verdict.ts'
import type { EngineFacts } from '../../main/demos/demo.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { OutputStream } from '../../main/trace/model.ts'
import { lane, lock, section } from './figures.ts'
import { judgeDemo } from './judging.ts'

const PARAMETERS = { threads: 2, pieces: 1_000, serial: 10, exchange: 0 }

/** @param rate pieces a second. */
const ran = (variant: string, rate: number, fields: Partial<Parameters<typeof section>[0]> = {}) =>
  section({
    variant,
    elapsed: 1e9,
    output: [
      { stream: OutputStream.out, text: `worked ${((1_000 / rate) * 1_000).toFixed(3)} ms` },
    ],
    ...fields,
  })

const engine = (gil: boolean): EngineFacts => ({
  ...{ kind: 'cpython', label: 'CPython', version: '3.13.0', freeThreaded: !gil, gil },
  startMethod: 'spawn',
})

function judge(
  own: readonly number[],
  baseline: readonly number[],
  options: {
    variant?: string
    threads?: number
    engines?: readonly EngineFacts[]
    others?: number
  } = {},
) {
  const { variant = 'parallel', threads = 2, engines, others } = options
  const fields = others === undefined ? {} : { others }
  const input = {
    variant,
    parameters: { ...PARAMETERS, threads },
    sections: [
      ...own.map((rate) => ran(variant, rate, fields)),
      ...baseline.map((rate) => ran('gil', rate)),
    ],
    cutShort: false,
    ...(engines && { engines }),
  }
  const verdict = demo.judge(input)
  const text = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return { ...verdict, text, answers: demo.answer?.('gain', input)?.option }
}

const GIL = [1_000, 1_010, 990]

describe('scaling: threads in parallel against threads under the GIL', () => {
  it('is as expected when they do more, and no otherwise', () => {
    expect(judge([1_850, 1_840, 1_860], GIL)).toMatchObject({
      judgement: 'as expected',
      answers: 'all',
    })
    expect(judge([1_500, 1_490, 1_510], GIL).answers).toBe('some')
    expect(judge([1_005, 995, 1_000], GIL)).toMatchObject({
      judgement: 'no difference shown',
      answers: 'none',
    })
    expect(judge([700, 710, 690], GIL)).toMatchObject({ judgement: 'not as expected' })
  })

  it('says neither when others had the processors', () => {
    const busy = judge([700, 710, 690], GIL, { others: 1.5 })
    expect(busy.judgement).toBe('open')
    expect(busy.text).toContain('Other programs used 1.50 processors')
    // Whoever gains in spite of it has shown it.
    expect(judge([1_800, 1_790, 1_810], GIL, { others: 1.5 }).text).not.toContain('Other programs')
  })

  it('says what three repeats are worth, and five need no such words', () => {
    const words = (repeats: number) => {
      const offsets = Array.from({ length: repeats }, (_, repeat) => repeat)
      return judgeDemo('scaling-sweep', 'parallel', [
        ...offsets.map((offset) => ran('parallel', 1_800 + offset)),
        ...offsets.map((offset) => ran('gil', 1_000 + offset)),
      ]).text
    }
    expect(words(3)).toContain('With three repeats each, chance alone')
    expect(words(3)).toContain('once in ten')
    expect(words(5)).not.toContain('chance alone')
  })

  it('cannot tell from two repeats', () => {
    expect(judge([1_800, 1_790], GIL.slice(1)).judgement).toBe('open')
  })

  it('expects no gain of one thread, nor where one GIL is under both', () => {
    expect(judge([1_020, 1_021, 1_022], GIL, { threads: 1 }).judgement).toBe('as expected')
    const same = judge([1_020, 1_021, 1_022], GIL, { engines: [engine(true)] })
    expect(same.judgement).toBe('as expected')
    expect(same.text).toContain('both variants are the same program')
    expect(same.headline).toContain('Two threads under the GIL')
    expect(judge([1_800, 1_790, 1_810], GIL, { engines: [engine(true)] }).judgement).toBe(
      'not as expected',
    )
  })

  it('expects a gain of processes in any build that has a GIL', () => {
    const measured = judge([1_800, 1_790, 1_810], GIL, {
      variant: 'processes',
      engines: [engine(true)],
    })
    expect(measured.judgement).toBe('as expected')
    expect(measured.headline).toContain('Two processes did 1.80')
  })

  it('says nothing of a program that did not say how long it worked', () => {
    const sections = [section({ variant: 'parallel', elapsed: 1e9 })]
    const input = { variant: 'parallel', parameters: PARAMETERS, sections, cutShort: false }
    expect(demo.judge(input).judgement).toBe('open')
    expect(demo.answer?.('gain', input)).toBeUndefined()
  })

  it('tells how long the lock was held and waited for, of the threads alone', () => {
    const worked = ran('parallel', 1_000, {
      locks: [lock({ acquired: 1_000, heldFor: 0.5e9 })],
      lanes: [
        lane({ name: 'MainThread', running: 1e9 }),
        lane({ name: 'Thread-1', running: 0.75e9, waiting: 0.25e9, waitedLock: 0.25e9 }),
      ],
    })
    const input = {
      variant: 'parallel',
      parameters: PARAMETERS,
      sections: [worked],
      cutShort: false,
    }
    const text = demo.judge(input).sentences.map(sentenceText).join('\n')
    expect(text).toMatch(/held 50\s% of the time, and the threads spent 25\s%/)
  })
})

describe('scaling: what the lock allows', () => {
  it('is all the threads do until the lock is held all the time', () => {
    // What lies beside the lock goes on while another thread holds it: more than Amdahl’s 1.82.
    expect(boundOf(PARAMETERS)).toBeCloseTo(2)
    expect(boundOf({ ...PARAMETERS, threads: 16 })).toBeCloseTo(10)
    expect(boundOf({ ...PARAMETERS, serial: 50 })).toBeCloseTo(2)
    expect(boundOf({ ...PARAMETERS, serial: 100 })).toBeCloseTo(1)
    expect(boundOf({ ...PARAMETERS, exchange: 10 })).toBeCloseTo(2 / 1.1)
    expect(boundOf({ ...PARAMETERS, serial: 0, threads: 8 })).toBeCloseTo(8)
    expect(boundOf({ ...PARAMETERS, threads: 1 })).toBeCloseTo(1)
  })

  it('falls again where everybody tells everybody', () => {
    const at = (threads: number) => boundOf({ ...PARAMETERS, serial: 5, exchange: 5, threads })
    expect(at(4)).toBeGreaterThan(at(1))
    expect(at(32)).toBeLessThan(at(4))
  })
})

describe('scaling: the peak of a sweep', () => {
  const swept = (rates: readonly number[], extra = {}) => {
    const sections = rates.map((rate, index) =>
      ran(sectionLabel('parallel', '', { threads: index + 1, ...extra }), rate),
    )
    return demo.answer?.('peak', {
      variant: 'parallel',
      parameters: PARAMETERS,
      sections,
      cutShort: false,
    })?.option
  }

  it('is where no more threads do more than three per cent more', () => {
    expect(swept([1_000, 1_900, 1_920, 1_910])).toBe('between')
    expect(swept([1_000, 1_900, 2_700, 3_400])).toBe('most')
    expect(swept([1_000, 1_000, 900, 800])).toBe('one')
  })

  it('is not told of two points, nor where another parameter was swept as well', () => {
    expect(swept([1_000, 1_900])).toBeUndefined()
    expect(swept([1_000, 1_900, 1_920], { serial: 10 })).toBeUndefined()
  })
})
