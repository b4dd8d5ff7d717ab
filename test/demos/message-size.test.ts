import { describe, expect, it } from 'vitest'
import type { EngineFacts } from '../../main/demos/demo.ts'
import { demo } from '../../main/demos/message-size/demo.ts'
import { fitMessages, formatSize } from '../../main/demos/message-size/sizes.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { OutputStream } from '../../main/trace/model.ts'
import { queue, section } from './figures.ts'

const PARAMETERS = { size: 1_048_576, messages: 100, volume: 128 }

/** @param took nanoseconds for each message. */
const ran = (variant: string, took: number, size = 1_048_576, queues = [queue({ puts: 100 })]) =>
  section({
    variant,
    elapsed: 1e9,
    queues,
    output: [
      {
        stream: OutputStream.out,
        text: `received 100 messages of ${size} bytes in ${((took * 100) / 1e6).toFixed(3)} ms`,
      },
    ],
  })

const CPYTHON: EngineFacts = {
  ...{ kind: 'cpython', label: 'CPython', version: '3.13.0', freeThreaded: false, gil: true },
  startMethod: 'spawn',
}

function judge(
  variant: string,
  own: readonly number[],
  baseline: string,
  theirs: readonly number[],
  engines?: readonly EngineFacts[],
) {
  const verdict = demo.judge({
    variant,
    parameters: PARAMETERS,
    sections: [
      ...own.map((took) => ran(variant, took)),
      ...theirs.map((took) => ran(baseline, took)),
    ],
    cutShort: false,
    ...(engines && { engines }),
  })
  return { ...verdict, text: verdict.sentences.map(sentenceText).join('\n') }
}

describe('message size: one size', () => {
  const [fast, slow] = [
    [1e6, 1.01e6, 0.99e6],
    [3e6, 3.01e6, 2.99e6],
  ] as const

  it('expects the way to another process to cost something, and says when it does not', () => {
    const slower = judge('process-queue', slow, 'thread-queue', fast)
    expect(slower.judgement).toBe('as expected')
    expect(slower.headline).toMatch(/0\.33\s× the speed of the queue between threads: slower/)
    expect(judge('process-queue', fast, 'thread-queue', slow).judgement).toBe('not as expected')
    expect(judge('process-queue', fast, 'thread-queue', fast).judgement).toBe('no difference shown')
  })

  it('takes either for possible of a pipe', () => {
    expect(judge('pipe', fast, 'process-queue', slow).judgement).toBe('open')
    expect(judge('pipe', slow, 'process-queue', fast).judgement).toBe('open')
    expect(judge('shared-memory', fast, 'thread-queue', slow).judgement).toBe('open')
    expect(judge('pipe', slow, 'process-queue', slow).judgement).toBe('no difference shown')
  })

  it('says of CPython alone that its threads hand over references', () => {
    expect(judge('process-queue', slow, 'thread-queue', fast, [CPYTHON]).text).toContain(
      'hands over a reference',
    )
    expect(judge('process-queue', slow, 'thread-queue', fast).text).not.toContain('reference')
  })

  it('names the side that the other one waits for', () => {
    const waits = (blockedInPut: number, blockedInGet: number) => {
      const queues = [queue({ puts: 100, gets: 100, blockedInPut, blockedInGet })]
      const { sentences } = demo.judge({
        variant: 'thread-queue',
        parameters: PARAMETERS,
        sections: [ran('thread-queue', 1e6, 1_048_576, queues)],
        cutShort: false,
      })
      return sentences.map(sentenceText).join('\n')
    }
    expect(waits(80e6, 0)).toContain('the receiver is the bottleneck')
    expect(waits(0, 80e6)).toContain('the sender, or the way there, is the bottleneck')
    expect(waits(80e6, 90e6)).toContain('wake each other up')
    expect(waits(1e6, 2e6)).not.toContain('stood in')
  })

  it('says nothing of a program that received nothing', () => {
    const sections = [section({ variant: 'pipe', elapsed: 1e9 })]
    const input = { variant: 'pipe', parameters: PARAMETERS, sections, cutShort: false }
    expect(demo.judge(input).judgement).toBe('open')
  })
})

describe('message size: the law of a sweep', () => {
  const SIZES = [64, 512, 4_096, 32_768, 262_144, 2_097_152]
  const law = (fixed: number, perByte: number) =>
    fitMessages(SIZES.map((size) => ({ size, time: fixed + size * perByte })))

  it('finds what the times were made of', () => {
    const found = law(10_000, 0.25)
    expect(found?.fixed).toBeCloseTo(10_000)
    expect(found?.perByte).toBeCloseTo(0.25)
    expect(found?.copies).toBeCloseTo(40_000)
  })

  it('finds no such size where none is', () => {
    expect(law(10_000, 0)?.copies).toBe(Infinity)
    expect(law(0, 1)?.copies).toBeLessThan(64)
    expect(fitMessages([{ size: 64, time: 1 }])).toBeUndefined()
    // Shorter for larger ones: by chance, and not by copying.
    expect(fitMessages(SIZES.map((size) => ({ size, time: 20_000 - size / 1e3 })))?.copies).toBe(
      Infinity,
    )
  })

  const answered = (fixed: number, perByte: number, sizes = SIZES) =>
    demo.answer?.('copying', {
      variant: 'pipe',
      parameters: PARAMETERS,
      sections: sizes.map((size) =>
        ran(sectionLabel('pipe', '', { size }), fixed + size * perByte, size),
      ),
      cutShort: false,
    })

  it('answers from which size on copying takes more than the rest', () => {
    expect(answered(10_000, 0.25)?.option).toBe('middle')
    expect(answered(1_000, 0.25)?.option).toBe('small')
    expect(answered(1e6, 0.25)?.option).toBe('large')
    expect(answered(10_000, 0)?.option).toBe('large')
    expect(answered(10_000, 0.25, [64, 512])).toBeUndefined()
  })

  it('says the size, and where the ends were measured', () => {
    const because = answered(10_000, 0.25)?.because ?? ''
    expect(sentenceText(because)).toMatch(/from 39\.1\sKiB on/)
    expect(because).toEqual(
      expect.arrayContaining([expect.objectContaining({ place: expect.anything() as unknown })]),
    )
  })
})

describe('sizes', () => {
  it.each([
    [1, '1 byte'],
    [64, '64 bytes'],
    [1_024, '1 KiB'],
    [1_536, '1.50 KiB'],
    [16_777_216, '16 MiB'],
  ])('%d are %s', (bytes, words) => expect(formatSize(bytes).replaceAll('\u00a0', ' ')).toBe(words))
})
