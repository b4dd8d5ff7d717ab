import { formatDuration } from '../../core/figures-format.ts'
import { bootstrapRatio } from '../../core/statistics.ts'
import type { Sentence } from '../../run/contract.ts'
import { partsOfLabel } from '../../run/section-label.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import {
  comparisonWords,
  linked,
  times,
  timingOf,
  typical,
  type Typical,
} from '../verdict-parts.ts'
import { WORDS } from './verdict.ts'

const BASELINE = 'one-by-one'
/** Those within this share of the fastest are done at about the same time. */
const ALIKE = 0.1
const SHARES: Readonly<Record<string, number>> = { waiting: 100, computing: 0 }

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  if (question === 'gain') return gain(input)
  const share = SHARES[question]
  return share === undefined ? undefined : fastest(input, share)
}

function gain(input: VerdictInput): MeasuredAnswer | undefined {
  const timing = timingOf(input, input.variant, BASELINE)
  const { comparison, baseline } = timing ?? {}
  if (timing === undefined || comparison === undefined || baseline === undefined) return undefined
  const { ratio } = baseline
  return {
    option: comparison !== 'faster' ? 'same' : ratio >= 0.25 ? 'some' : 'much',
    because: say`It took ${times(ratio, baseline.place)} the time of one by one${comparisonWords(timing)}.`,
  }
}

interface Way {
  readonly variant: string
  readonly time: Typical
  readonly times: readonly number[]
}

/** Of the variants that ran with this waiting share; two of them are needed. */
function fastest(input: VerdictInput, share: number): MeasuredAnswer | undefined {
  const ways = waysAt(input, share)
  const [first, second] = ways
  if (first === undefined || second === undefined) return undefined
  // With enough repeats to tell: chance alone may have put one before the other.
  const interval = bootstrapRatio(second.times, first.times)
  const isAlike =
    second.time.value <= first.time.value * (1 + ALIKE) ||
    (interval !== undefined && interval.low <= 1)
  return { option: isAlike ? 'alike' : optionOf(first.variant, share), because: because(ways) }
}

/** Where jobs only wait, a GIL is of no importance, and threads are threads. */
const optionOf = (variant: string, share: number): string =>
  share === 100 && variant === 'parallel' ? 'threads' : variant

function waysAt(input: VerdictInput, share: number): readonly Way[] {
  const sections = input.sections.filter(({ variant }) => {
    const { swept } = partsOfLabel(variant)
    const others = Object.keys(swept).filter((axis) => axis !== 'share')
    return others.length === 0 && (swept['share'] ?? parameter(input.parameters, 'share')) === share
  })
  const variants = new Set(sections.map(({ variant }) => partsOfLabel(variant).variant))
  return [...variants]
    .filter((variant) => variant !== BASELINE)
    .flatMap((variant) => {
      const own = sections.filter((section) => partsOfLabel(section.variant).variant === variant)
      const time = typical(own, ({ elapsed }) => elapsed)
      return time === undefined ? [] : [{ variant, time, times: own.map(({ elapsed }) => elapsed) }]
    })
    .toSorted((one, other) => one.time.value - other.time.value)
}

function because(ways: readonly Way[]): Sentence {
  const parts = ways.map(
    ({ variant, time }) => say`${WORDS[variant] ?? variant} ${linked(time, formatDuration)}`,
  )
  return ['Medians, the fastest first: ', ...parts.flatMap(separated), '.']
}

const separated = (part: Sentence, index: number) => [
  ...(index === 0 ? [] : [', ']),
  ...(typeof part === 'string' ? [part] : part),
]
