import { formatRatio, formatShare } from '../../core/figures-format.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { linked, placeOf, sectionsOf, timingOf, typical } from '../verdict-parts.ts'
import { changesIn, lockOf } from './verdict.ts'

const BARGING = 'barging'

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  return question === 'cost' ? cost(input) : question === 'turns' ? turns(input) : undefined
}

function cost(input: VerdictInput): MeasuredAnswer | undefined {
  if (input.variant === BARGING) return undefined
  const timing = timingOf(input, input.variant, BARGING)
  if (timing?.baseline === undefined || timing.interval === undefined) return undefined
  const { ratio } = timing.baseline
  return {
    option: timing.comparison !== 'slower' ? 'none' : ratio <= 2 ? 'some' : 'much',
    because: say`It took ${linked({ value: ratio, place: placeOf(timing.section) }, formatRatio)}\u00a0× the time of barging.`,
  }
}

function turns(input: VerdictInput): MeasuredAnswer | undefined {
  const share = typical(sectionsOf(input, BARGING), changesIn, (section) =>
    placeOf(section, lockOf(section)?.track),
  )
  return (
    share && {
      option: share.value < 0.1 ? 'seldom' : share.value <= 0.5 ? 'sometimes' : 'mostly',
      because: say`With barging, ${linked(share, formatShare)} of the acquisitions were by another thread than the one before.`,
    }
  )
}
