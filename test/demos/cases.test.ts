/** Tables of cases: what may be said of scaling, of too few repeats, and of each case's own values. */
import { describe, expect, test } from 'vitest'
import { fitBand } from '../../main/core/scaling-band.ts'
import { seededRandom } from '../../main/core/statistics.ts'
import { casesOf } from '../../main/demos/cases.ts'
import { lawSentences } from '../../main/demos/cases-laws.ts'
import { findDemo } from '../../main/demos/index.ts'
import type { FittedLaw } from '../../main/run/contract.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { section } from './figures.ts'
import { judgeDemo, plain } from './judging.ts'

const SECOND = 1e9
const LANES = [1, 2, 3, 4, 6, 8]

function manifestOf(id: string) {
  const demo = findDemo(id)
  if (demo === undefined) throw new Error(id)
  return demo.manifest
}

const casesWith = (lanes: readonly number[]) =>
  casesOf(manifestOf('scaling-sweep'), {
    variant: 'v',
    parameters: {},
    sections: lanes.map((threads) =>
      section({ variant: sectionLabel('v', '', { threads }), elapsed: SECOND }),
    ),
    cutShort: false,
  })

const saysOf = (law: FittedLaw, lanes: readonly number[] = LANES): string =>
  plain(lawSentences(law, casesWith(lanes), '', 'threads').map(sentenceText).join(' '))

/** @param rate units a second with so many lanes, before noise. */
function sweep(rate: (lanes: number) => number, noise: number, seed: number): FittedLaw {
  const random = seededRandom(seed)
  const samples = LANES.map((lanes) => ({
    lanes,
    values: Array.from({ length: 5 }, () => rate(lanes) * (1 + noise * (2 * random() - 1))),
  }))
  const fitted = fitBand(samples)
  if (fitted === undefined) throw new Error('no law')
  return { variant: 'v', ...fitted }
}

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1)

describe('a law of scaling', () => {
  test('is not said to fall where the work done a second is flat, give or take a per cent', () => {
    for (const seed of SEEDS) {
      const law = sweep(() => 100, 0.01, seed)
      expect(saysOf(law)).not.toContain('falls')
      expect(saysOf(law)).toMatch(/practically all of the work|9\d(\.\d)? %/)
      expect(saysOf(law)).not.toMatch(/10[1-9] %|1[1-9]\d %/)
    }
  })

  test('is said to fall where it does, whatever the noise', () => {
    for (const seed of SEEDS)
      expect(saysOf(sweep((lanes) => (100 / (1 + 2 * (lanes - 1))) * lanes, 0.01, seed))).toContain(
        'falls with more threads',
      )
  })

  test('that is hardly known has a share, of all of the work at most', () => {
    const law = sweep(() => 100, 0.01, 1)
    const vague = {
      ...law,
      law: 'Amdahl',
      contention: { estimate: 0.6, low: 0.3, high: 1.2 },
    } as const
    expect(saysOf(vague)).toContain('60 % (95 % interval 30 % to 100 %)')
    expect(saysOf(vague)).not.toContain('practically all')
  })

  test('has a peak beyond what was measured only past the largest number that ran', () => {
    const share = (estimate: number) => ({ estimate, low: estimate, high: estimate })
    const law: FittedLaw = {
      ...{ variant: 'v', law: 'Gunther', contention: share(0.1), coherence: share(0.01) },
      // The curve is drawn further than that.
      ...{ lanes: [1, 8, 12], predicted: [1, 2, 3], low: [1, 2, 3], high: [1, 2, 3] },
      peak: share(9),
    }
    expect(saysOf(law)).toContain('beyond what was measured')
    expect(saysOf({ ...law, peak: share(7.9) })).not.toContain('beyond')
    expect(saysOf(law, [1, 2, 4, 6, 8, 10])).not.toContain('beyond')
  })
})

describe('several variants in a sweep', () => {
  const swept = (repeats: number) =>
    ['one-thread', 'two-threads-gil'].flatMap((variant) =>
      [1, 2].flatMap((threads) =>
        Array.from({ length: repeats }, (_, repeat) =>
          section({
            variant: sectionLabel(variant, '', { threads }),
            elapsed: SECOND * (1 + 0.01 * ((repeat + threads) % 3)),
          }),
        ),
      ),
    )
  const text = (repeats: number) =>
    judgeDemo('gil-countdown', 'two-threads-gil', swept(repeats)).text

  test('are not said to be alike with one repeat or two', () => {
    for (const repeats of [1, 2]) expect(text(repeats)).not.toContain('no difference shown')
  })

  test('are, with as many as it takes, where nothing sets them apart', () => {
    expect(text(5)).toContain('; no difference shown to ')
  })
})

test('a program of the note among the variants is judged with its own values', () => {
  const input = {
    variant: 'two-threads-gil',
    parameters: { count: 1_000, threads: 2, steps: 40, switchInterval: 5 },
    sections: ['two-threads-gil', 'note-one-thread'].map((variant) =>
      section({ variant, elapsed: SECOND }),
    ),
    cutShort: false,
  }
  const cases = casesOf(manifestOf('gil-countdown'), input)
  expect(cases.map(({ parameters }) => parameters['count'])).toEqual([1_000, 50_000_000])
  const other = casesOf(manifestOf('gil-countdown'), { ...input, variant: 'note-one-thread' })
  expect(other.map(({ parameters }) => parameters['count'])).toEqual([1_000, 50_000_000])
})

test('and the others beside a program of the note with theirs', () => {
  const took = { 'note-one-thread': 1, 'one-thread': 1, 'two-threads-parallel': 2 }
  const sections = Object.entries(took).flatMap(([variant, seconds]) =>
    [0, 0.01, 0.02].map((extra) => section({ variant, elapsed: SECOND * (seconds + extra) })),
  )
  const { text } = judgeDemo('gil-countdown', 'note-one-thread', sections, {
    parameters: { threads: 3 },
  })
  expect(text).toContain('Three threads in parallel took')
})
