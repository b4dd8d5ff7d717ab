import { describe, expect, it } from 'vitest'
import type { EngineFacts } from '../../main/demos/demo.ts'
import { demo } from '../../main/demos/false-sharing/demo.ts'
import { roundedDown } from '../../main/demos/false-sharing/program.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { OutputStream } from '../../main/trace/model.ts'
import { section } from './figures.ts'

const CPYTHON: EngineFacts = {
  ...{ kind: 'cpython', label: 'CPython', version: '3.13.0', freeThreaded: false, gil: true },
  startMethod: 'spawn',
}

/** @param took milliseconds for a million increments. */
const ran = (variant: string, took: number, stride: number) =>
  section({
    variant,
    elapsed: 1e9,
    output: [
      {
        stream: OutputStream.out,
        text: `1000000 increments ${stride} bytes apart in ${took.toFixed(3)} ms`,
      },
    ],
  })

function judge(
  own: readonly number[],
  padded: readonly number[],
  options: { stride?: number; threads?: number; engines?: readonly EngineFacts[] } = {},
) {
  const { stride = 8, threads = 2, engines } = options
  const input = {
    variant: 'adjacent',
    parameters: { threads, increments: 500_000, stride },
    sections: [
      ...own.map((took) => ran('adjacent', took, stride)),
      ...padded.map((took) => ran('padded', took, 512)),
    ],
    cutShort: false,
    ...(engines && { engines }),
  }
  const verdict = demo.judge(input)
  return {
    ...verdict,
    text: verdict.sentences.map(sentenceText).join('\n'),
    answer: demo.answer?.('slower', input)?.option,
  }
}

describe('false sharing', () => {
  const far = [10, 10.1, 9.9]

  it('is shown by counters in one line that are slower, and by nothing else', () => {
    const shown = judge([30, 31, 29], far)
    expect(shown).toMatchObject({ judgement: 'as expected', answer: 'much' })
    expect(shown.text).toContain('goes back and forth')
    expect(shown.headline).toMatch(/two threads counted 0\.33\s×.*: slower/)
    expect(judge([15, 15.1, 14.9], far).answer).toBe('some')

    const hidden = judge([10.05, 10, 9.95], far)
    expect(hidden).toMatchObject({ judgement: 'no difference shown', answer: 'same' })
    expect(hidden.text).toContain('was not shown here')
    expect(hidden.text).not.toContain('goes back and forth')
    expect(judge([5, 5.1, 4.9], far)).toMatchObject({
      judgement: 'not as expected',
      answer: 'same',
    })
  })

  it('is not expected beyond a line, nor of one thread', () => {
    expect(judge([10.3, 10.31, 10.32], far, { stride: 128 }).judgement).toBe('as expected')
    expect(judge([30, 31, 29], far, { stride: 128 }).judgement).toBe('not as expected')
    expect(judge([10.3, 10.31, 10.32], far, { threads: 1 }).judgement).toBe('as expected')
    expect(judge([10.3, 10.31, 10.32], far, { threads: 1 }).text).not.toContain('False sharing')
  })

  it('is hidden by CPython’s interpreter, and the verdict says so', () => {
    const hidden = judge([10.05, 10, 9.95], far, { engines: [CPYTHON] })
    expect(hidden.text).toContain('CPython’s interpreter takes 20')
    expect(hidden.headline).toContain('two processes')
    expect(judge([30, 31, 29], far, { engines: [CPYTHON] }).text).not.toContain('hides')
  })

  it('cannot be told from two repeats, nor from none', () => {
    expect(judge([30, 31], far)).toMatchObject({ judgement: 'open', answer: undefined })
    expect(judge([], far).judgement).toBe('open')
  })

  it.each([
    [8, 8],
    [9, 8],
    [64, 64],
    [4_095, 4_088],
  ])('a stride of %d is one of %d: no counter lies across two cells', (stride, rounded) =>
    expect(roundedDown(stride)).toBe(rounded),
  )

  const line = (times: readonly (readonly [number, number])[]) =>
    demo.answer?.('line', {
      variant: 'adjacent',
      parameters: { threads: 2, increments: 500_000, stride: 8 },
      sections: times.map(([stride, took]) =>
        ran(sectionLabel('adjacent', '', { stride }), took, stride),
      ),
      cutShort: false,
    })?.option

  it('ends where a line does, as a sweep finds', () => {
    expect(
      line([
        [8, 30],
        [32, 30],
        [64, 10],
        [128, 10.5],
      ]),
    ).toBe('64')
    expect(
      line([
        [8, 30],
        [32, 10],
        [64, 10],
        [128, 10],
      ]),
    ).toBe('near')
    expect(
      line([
        [8, 30],
        [32, 30],
        [64, 30],
        [128, 10],
      ]),
    ).toBe('far')
    expect(
      line([
        [8, 10.5],
        [32, 10],
        [64, 10],
        [128, 10],
      ]),
    ).toBe('none')
    expect(
      line([
        [8, 30],
        [64, 10],
      ]),
    ).toBeUndefined()
  })
})
