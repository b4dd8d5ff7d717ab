import { formatRatio, formatShare } from '../../core/figures-format.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { linked, placeOf, sectionsOf, timingOf, typical } from '../verdict-parts.ts'
import { waitingShare } from './verdict.ts'

const [SHARED, APART] = ['one-lock', 'lock-each']

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  return question === 'cost' ? cost(input) : question === 'waiting' ? waiting(input) : undefined
}

function cost(input: VerdictInput): MeasuredAnswer | undefined {
  if (input.variant !== SHARED) return undefined
  const timing = timingOf(input, SHARED, APART)
  if (timing?.baseline === undefined || timing.interval === undefined) return undefined
  const { ratio } = timing.baseline
  const threads = parameter(input.parameters, 'threads')
  const option =
    timing.comparison !== 'slower' ? 'none' : ratio < threads * 0.75 ? 'some' : 'threads'
  return {
    option,
    because: `It took ${formatRatio(ratio)}\u00a0× the time of a lock for each thread.`,
  }
}

function waiting(input: VerdictInput): MeasuredAnswer | undefined {
  const share = typical(sectionsOf(input, SHARED), waitingShare, (section) => placeOf(section))
  return (
    share && {
      option: share.value < 0.1 ? 'little' : share.value <= 0.5 ? 'some' : 'most',
      because: say`On one lock the threads waited ${linked(share, formatShare)} of their time.`,
    }
  )
}
