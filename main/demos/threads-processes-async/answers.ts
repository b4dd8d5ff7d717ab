import { formatDuration, formatRatio } from '../../core/figures-format.ts'
import type { Sentence } from '../../run/contract.ts'
import { partsOfLabel } from '../../run/section-label.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { linked, timingOf, typical, type Typical } from '../verdict-parts.ts'
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
  const ratio = timingOf(input, input.variant, BASELINE)?.baseline?.ratio
  if (ratio === undefined || input.variant === BASELINE) return undefined
  return {
    option: ratio >= 1 - ALIKE ? 'same' : ratio >= 0.25 ? 'some' : 'much',
    because: `It took ${formatRatio(ratio)}\u00a0× the time of one by one.`,
  }
}

interface Way {
  readonly variant: string
  readonly time: Typical
}

/** Of the variants that ran with this waiting share; two of them are needed. */
function fastest(input: VerdictInput, share: number): MeasuredAnswer | undefined {
  const ways = waysAt(input, share)
  const [first, second] = ways
  if (first === undefined || second === undefined) return undefined
  const isAlike = second.time.value <= first.time.value * (1 + ALIKE)
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
      return time === undefined ? [] : [{ variant, time }]
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
