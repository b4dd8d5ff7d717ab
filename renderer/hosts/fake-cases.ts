/** Made-up cases: what variants and swept values measured, with laws that fit them. */
import { pointsOf } from '../../main/demos/sweeps.ts'
import type { Parameters } from '../../main/demos/manifest.ts'
import { median, seededRandom } from '../../main/core/statistics.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type {
  CaseFigure,
  CaseTable,
  FittedLaw,
  Interval,
  RunRequest,
  TimelinePlace,
} from '../../main/run/contract.ts'
import { sectionLabel } from '../../main/run/section-label.ts'

/** Seconds of a section of the first variant with one lane. */
const ALONE = 1.24
/** How much longer each further variant takes. */
const STEPS = [1, 1.52, 0.64, 1.07]
const CONTENTION = 0.08
const COHERENCE = 0.012
const LANES = ['threads', 'processes', 'workers']

export const hasCases = ({ others, sweep }: RunRequest): boolean =>
  others !== undefined || sweep !== undefined

/** @param length of the whole run, in nanoseconds */
export function fakeCases(request: RunRequest, seed: number, length: number): CaseTable {
  const random = seededRandom(seed)
  const { variant, others = [], sweep = [], repeats } = request
  const points = pointsOf(sweep)
  const keys = points.flatMap((point) =>
    [variant, ...others].map((each, nth) => ({ each, nth, point })),
  )
  const count = keys.length * repeats
  const isOverLanes = sweep.length === 1 && LANES.includes(sweep[0]?.parameter ?? '')
  const cases = keys.map(({ each, nth, point }, index): CaseFigure => {
    const time = ALONE * 1e9 * (STEPS[nth % STEPS.length] ?? 1) * slowdownOf(point)
    const values = Array.from({ length: repeats }, () => {
      const nanoseconds = time * (0.96 + 0.1 * random())
      return isOverLanes ? workOf(request) / (nanoseconds / 1e9) : nanoseconds
    })
    const middle = median(values) ?? NaN
    const place: TimelinePlace = {
      from: nanoseconds((index / count) * length),
      to: nanoseconds(((index + 1) / count) * length),
    }
    return {
      label: sectionLabel(each, '', point),
      values,
      median: middle,
      ...(repeats > 2 && { interval: around(middle, 0.03) }),
      ...(repeats > 2 && nth > 0 && { ratio: around(STEPS[nth % STEPS.length] ?? 1, 0.04) }),
      bottleneck: nth === 0 ? 'waited for the lock, 61 %' : '',
      place,
    }
  })
  return {
    measure: isOverLanes
      ? { what: 'Work a second', unit: '/s', better: 'more' }
      : { what: 'Time', unit: 'ns', better: 'less' },
    cases,
    ...(isOverLanes && {
      laws: [variant, ...others].map((each, nth) =>
        lawOf(each, request, STEPS[nth % STEPS.length] ?? 1),
      ),
    }),
  }
}

/** Lanes make it faster until they get in each other's way; all else makes it slower. */
function slowdownOf(point: Parameters): number {
  return Object.entries(point).reduce(
    (time, [id, value]) =>
      time * (LANES.includes(id) ? 1 / speedup(value) : 0.4 + Math.sqrt(Math.max(0.01, value))),
    1,
  )
}

const speedup = (lanes: number, contention = CONTENTION, coherence = COHERENCE): number =>
  lanes / (1 + contention * (lanes - 1) + coherence * lanes * (lanes - 1))

const around = (estimate: number, share: number): Interval => ({
  estimate,
  low: estimate * (1 - share),
  high: estimate * (1 + share),
})

const workOf = ({ parameters }: RunRequest): number => parameters['count'] ?? 1_000

function lawOf(variant: string, request: RunRequest, slower: number): FittedLaw {
  const lanes = request.sweep?.[0]?.values ?? []
  const work = workOf(request)
  const predicted = lanes.map((each) => (work / (ALONE * slower)) * speedup(each))
  const spread = lanes.map((_, index) => 0.015 + 0.008 * index)
  return {
    variant,
    law: 'Gunther',
    contention: around(CONTENTION, 0.3),
    coherence: around(COHERENCE, 0.25),
    peak: around(Math.sqrt((1 - CONTENTION) / COHERENCE), 0.14),
    lanes,
    predicted,
    low: predicted.map((value, index) => value * (1 - (spread[index] ?? 0))),
    high: predicted.map((value, index) => value * (1 + (spread[index] ?? 0))),
  }
}
