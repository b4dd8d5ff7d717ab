import { describe, expect, it } from 'vitest'
import type { VerdictInput } from '../../main/demos/demo.ts'
import { demo } from '../../main/demos/bounded-queue/demo.ts'
import { answer, judge } from '../../main/demos/bounded-queue/verdict.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { QueueFigures } from '../../main/trace/figures.ts'
import { lane, queue, section } from './figures.ts'

const SECOND = 1e9
const MS = 1e6
const PARAMETERS = { producers: 1, consumers: 1, maxsize: 8, produce: 1, consume: 3, items: 100 }

interface Given extends Partial<QueueFigures> {
  readonly elapsed?: number
}

/** Both threads are alive for the whole second. */
const flow = (variant: string, { elapsed = 1, ...more }: Given = {}) =>
  section({
    ...{ variant, elapsed: elapsed * SECOND },
    lanes: ['producer 1', 'consumer 1'].map((name) => lane({ name, running: elapsed * SECOND })),
    queues: [
      queue({ puts: 101, gets: 101, maximumDepth: 8, residenceMedian: 20 * MS, ...more }),
      queue({ name: 'another', puts: 1 }),
    ],
  })

const full = { blockedInPut: 0.6 * SECOND }
const grown = { maximumDepth: 80, residenceMedian: 200 * MS }

function said(variant: string, sections: VerdictInput['sections']) {
  const verdict = judge({ variant, parameters: PARAMETERS, cutShort: false, sections })
  const words = [verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')
  return { ...verdict, text: words.replaceAll(/[\u00a0\u202f]/g, ' ') }
}

const thrice = (...sections: VerdictInput['sections']) => [...sections, ...sections, ...sections]

describe('bounded', () => {
  it('is so of these runs only, where there are too few to say more', () => {
    const sections = [flow('bounded', full), flow('unbounded', grown)]
    const verdict = said('bounded', sections)
    expect(verdict.text).toContain('In these runs the queue held at most 8 items')
    expect(verdict.text).not.toContain('Back-pressure bounded')
    const once = [...thrice(...sections), flow('unbounded', { ...grown, maximumDepth: 8 })]
    expect(said('bounded', once).text).not.toContain('Back-pressure bounded')
    expect(said('bounded', once).judgement).toBe('no difference shown')
  })

  it('is told by the repeat in which it held most', () => {
    const sections = thrice(flow('bounded', full), flow('unbounded', grown))
    const more = said('bounded', [...sections, flow('bounded', { ...full, maximumDepth: 9 })])
    expect(more.judgement).toBe('not as expected')
    expect(more.text).toContain('The queue held 9 items, more than its limit of 8')
  })

  it('counts items, and not what says that they are over', () => {
    const rows = said('bounded', [flow('bounded', full)]).evidence
    expect(rows.find(({ label }) => label === 'Items a second')?.value).toBe('100/s')
  })

  it('is as expected where the limit bounded what grew without it', () => {
    const verdict = said('bounded', thrice(flow('bounded', full), flow('unbounded', grown)))
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.text).toContain(
      'The queue held at most 8 items, and an item lay in it for 20.0 ms',
    )
    expect(verdict.text).toContain('bounded the queue to 8 items, where there were up to 80')
    expect(verdict.evidence).toContainEqual({
      ...{ label: 'Deepest, unbounded', value: '80' },
      place: { from: 0, to: SECOND, track: 3 },
    })
  })

  it('shows no difference where there was nothing to bound', () => {
    const verdict = said('bounded', [flow('bounded'), flow('unbounded', { maximumDepth: 3 })])
    expect(verdict.judgement).toBe('no difference shown')
    expect(verdict.text).toContain('the limit had nothing to bound')
  })

  it.each([
    ['the queue held more than it may', { ...full, maximumDepth: 9 }],
    ['items lay in it for longer', { ...full, residenceMedian: 300 * MS }],
  ])('is not as expected where %s', (_, figures) =>
    expect(
      said('bounded', thrice(flow('bounded', figures), flow('unbounded', grown))).judgement,
    ).toBe('not as expected'),
  )

  it('shows no difference where items lay about as long', () => {
    const times = [100, 200, 300].flatMap((ms) => [
      flow('bounded', { ...full, residenceMedian: ms * MS }),
      flow('unbounded', { ...grown, residenceMedian: (ms + 10) * MS }),
    ])
    expect(said('bounded', times).judgement).toBe('no difference shown')
  })

  it('of one place is judged by one place', () => {
    const sections = [flow('one-place', { maximumDepth: 2 }), flow('unbounded', grown)]
    expect(said('one-place', sections).judgement).toBe('not as expected')
  })

  it('says nothing without a queue', () => {
    const nothing = section({ variant: 'bounded', elapsed: SECOND })
    expect(said('bounded', [nothing]).judgement).toBe('open')
    expect(said('bounded', []).headline).toContain('Nothing can be said')
  })
})

describe('what the limit costs', () => {
  const times = (elapsed: number, others = 1) => [
    ...[0, 0.01, 0.02].map((more) => flow('bounded', { ...full, elapsed: elapsed + more })),
    ...[0, 0.01, 0.02].map((more) => flow('unbounded', { ...grown, elapsed: others + more })),
  ]

  it.each([
    [1, 'cost no time that could be shown', 'no difference shown'],
    [2, 'The limit cost time', 'slower'],
    [0.5, 'over sooner with the limit', 'faster'],
  ])('%d against 1 s', (elapsed, words, option) => {
    expect(said('bounded', times(elapsed)).text).toContain(words)
    const input = { variant: 'bounded', parameters: PARAMETERS, cutShort: false }
    expect(answer('cost', { ...input, sections: times(elapsed) })?.option).toBe(option)
  })
})

describe('the bottleneck', () => {
  it.each([
    ['bounded', full, 'consumers'],
    ['bounded', { blockedInGet: 0.6 * SECOND }, 'producers'],
    ['bounded', { blockedInGet: 0.05 * SECOND, blockedInPut: 0.05 * SECOND }, 'neither'],
    ['bounded', { blockedInGet: 0.2 * SECOND, blockedInPut: 0.5 * SECOND }, 'consumers'],
    // Nobody is blocked where there is no limit: it piles up.
    ['unbounded', grown, 'consumers'],
    ['unbounded', { maximumDepth: 2 }, 'neither'],
  ])('%s, %j: %s', (variant, figures, option) => {
    const input = { variant, parameters: PARAMETERS, cutShort: false }
    const found = answer('bottleneck', { ...input, sections: [flow(variant, figures)] })
    expect(found?.option).toBe(option)
  })

  it('is told with both shares', () =>
    expect(said('bounded', [flow('bounded', full)]).text).toContain(
      'The producers were blocked 60 % of their time, the consumers idle 0 %: the consumers are the bottleneck.',
    ))
})

describe('Little’s law', () => {
  const law = (depthMean: number, residenceMean: number) =>
    said('bounded', [flow('bounded', { depthMean, residenceMean })]).text

  it('holds where the three figures agree', () =>
    expect(law(6.06, 60 * MS)).toContain(
      '101/s × 60.0 ms on average in the queue makes 6.06 items; the mean depth was 6.06, as the law has it',
    ))
  it('is said to differ where they do not', () =>
    expect(law(6.06, 30 * MS)).toContain('the mean depth was 6.06, which differs'))
  it('is not spoken of without them', () =>
    expect(said('bounded', [flow('bounded')]).text).not.toContain('Little'))
})

it('what takes hours, or gigabytes, is known before', () => {
  const parameters = { ...PARAMETERS, producers: 16, items: 1_000_000 }
  expect(demo.estimate?.(parameters, 'unbounded')).toEqual({ seconds: 48_000, bytes: 512e6 })
  expect(demo.estimate?.(parameters, 'bounded').bytes).toBe(0)
})
