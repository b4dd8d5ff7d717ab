import { describe, expect, it } from 'vitest'
import type { EngineFacts } from '../../main/demos/demo.ts'
import { demo } from '../../main/demos/threads-processes-async/demo.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { LaneFigures } from '../../main/trace/figures.ts'
import { LANE_STATES, LaneState } from '../../main/trace/model.ts'
import { lane, section } from './figures.ts'

const PARAMETERS = { jobs: 8, length: 100, share: 90 }

const engine = (gil: boolean): EngineFacts => ({
  ...{ kind: 'cpython', label: 'CPython', version: '3.13.0', freeThreaded: !gil, gil },
  startMethod: 'spawn',
})

interface Given {
  readonly share?: number
  readonly jobs?: number
  readonly lanes?: readonly LaneFigures[]
  readonly engines?: readonly EngineFacts[]
}

/** @param own milliseconds. */
function judge(variant: string, own: readonly number[], given: Given = {}) {
  const { share = 90, jobs = 8, lanes = [], engines } = given
  const input = {
    variant,
    parameters: { ...PARAMETERS, share, jobs },
    sections: [
      ...own.map((time) => section({ variant, elapsed: time * 1e6, lanes })),
      ...[800, 801, 799].map((time) => section({ variant: 'one-by-one', elapsed: time * 1e6 })),
    ],
    cutShort: false,
    ...(engines && { engines }),
  }
  const verdict = demo.judge(input)
  return {
    ...verdict,
    text: [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n'),
    gain: demo.answer?.('gain', input)?.option,
  }
}

const FASTER = [120, 121, 119]
const ALIKE = [802, 800, 798]
const SLOWER = [1_200, 1_201, 1_199]

describe('threads, processes or async: against one by one', () => {
  it('expects waiting to overlap, and says when it did not', () => {
    expect(judge('async', FASTER)).toMatchObject({ judgement: 'as expected', gain: 'much' })
    expect(judge('async', [400, 401, 399]).gain).toBe('some')
    expect(judge('async', ALIKE)).toMatchObject({
      judgement: 'no difference shown',
      gain: 'same',
    })
    expect(judge('async', SLOWER).judgement).toBe('not as expected')
    expect(judge('async', FASTER.slice(1)).judgement).toBe('open')
  })

  it('expects nothing of jobs that only compute by turns', () => {
    expect(judge('async', ALIKE, { share: 0 }).judgement).toBe('as expected')
    expect(judge('threads', SLOWER, { share: 0 }).judgement).toBe('as expected')
    expect(judge('threads', FASTER, { share: 0 }).judgement).toBe('not as expected')
    expect(judge('async', ALIKE, { jobs: 1 }).judgement).toBe('as expected')
  })

  it('expects a gain of jobs that compute side by side, whatever the variant is called', () => {
    expect(judge('parallel', FASTER, { share: 0 }).judgement).toBe('as expected')
    expect(judge('parallel', ALIKE, { share: 0 }).judgement).toBe('no difference shown')
    expect(judge('processes', SLOWER, { share: 0 }).judgement).toBe('not as expected')
    const [gil, free] = [[engine(true)], [engine(false)]]
    expect(judge('parallel', ALIKE, { share: 0, engines: gil }).judgement).toBe('as expected')
    expect(judge('threads', FASTER, { share: 0, engines: free }).judgement).toBe('as expected')
    expect(judge('threads', FASTER, { engines: free }).headline).toContain('threads without a GIL')
  })
})

describe('threads, processes or async: who waited for what', () => {
  function did(
    fields: Partial<LaneFigures>,
    states: Partial<Record<keyof typeof LaneState, number>>,
  ) {
    const byState = new Float64Array(LANE_STATES)
    for (const [state, time] of Object.entries(states))
      byState[LaneState[state as keyof typeof LaneState]] = time
    return { ...lane(fields), byState }
  }

  it('is told of the one thread of an event loop', () => {
    const lanes = [did({ name: 'MainThread' }, { running: 25, sleeping: 75 })]
    expect(judge('async', FASTER, { lanes }).text).toMatch(/ran 25\s% of the time and slept 75\s%/)
  })

  it('is told of the threads, and not of the one that joins them', () => {
    const lanes = [
      did({ name: 'MainThread' }, { idle: 100 }),
      did({ name: 'Thread-1 (job)', waitedGil: 30 }, { running: 10, sleeping: 60, waiting: 30 }),
    ]
    const { text } = judge('threads', FASTER, { lanes })
    expect(text).toMatch(/ran 10\s% of their time, slept 60\s% and waited for the GIL 30\s%/)
    const free = [did({ name: 'Thread-1 (job)' }, { running: 40, sleeping: 60 })]
    expect(judge('parallel', FASTER, { lanes: free }).text).not.toContain('for the GIL')
  })

  it('is told of processes with what it took to start them', () => {
    const lanes = [did({ name: 'Process-1' }, { running: 20e6, sleeping: 30e6 })]
    expect(judge('processes', FASTER, { lanes }).text).toMatch(/For 70\.0\sms of the time/)
    expect(judge('parallel', FASTER, { lanes }).text).not.toContain('what starting them costs')
  })
})

describe('threads, processes or async: which is done first', () => {
  const first = (question: string, share: number, times: Readonly<Record<string, number>>) =>
    demo.answer?.(question, {
      variant: 'one-by-one',
      parameters: PARAMETERS,
      sections: Object.entries(times).map(([variant, time]) =>
        section({ variant: sectionLabel(variant, '', { share }), elapsed: time * 1e6 }),
      ),
      cutShort: false,
    })

  it('is the fastest at that share, unless another one is about as fast', () => {
    expect(first('waiting', 100, { async: 100, threads: 130, processes: 400 })?.option).toBe(
      'async',
    )
    expect(first('waiting', 100, { async: 105, threads: 100, processes: 400 })?.option).toBe(
      'alike',
    )
    expect(first('computing', 0, { async: 800, parallel: 400, processes: 600 })?.option).toBe(
      'parallel',
    )
    expect(first('waiting', 100, { async: 130, parallel: 100 })?.option).toBe('threads')
  })

  it('is not told by one variant alone, nor by another share', () => {
    expect(first('waiting', 100, { async: 100, 'one-by-one': 800 })).toBeUndefined()
    expect(first('waiting', 0, { async: 100, threads: 130 })).toBeUndefined()
  })

  it('lists them in order', () => {
    const because = first('waiting', 100, { threads: 130, async: 100 })?.because ?? ''
    expect(sentenceText(because).replaceAll('\u00a0', ' ')).toBe(
      'Medians, the fastest first: one event loop 100 ms, threads under the GIL 130 ms.',
    )
  })
})
