import { formatDuration } from '../../core/figures-format.ts'
import type { Sentence } from '../../run/contract.ts'
import { say } from '../../run/sentence.ts'
import type { MeasuredAnswer, VerdictInput } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { measuredAt, pointsOf } from '../sweep-points.ts'
import { linked, sectionsOf, typical } from '../verdict-parts.ts'
import { addedIn, computingIn, hasGil, latencyIn, QUICK } from './verdict.ts'

const MS = 1e6
/** Latency follows the interval when it changes by this share of what the interval does, or more. */
const FOLLOWS = 0.5

export function answer(question: string, input: VerdictInput): MeasuredAnswer | undefined {
  return question === 'latency'
    ? latency(input)
    : question === 'smaller'
      ? smaller(input)
      : undefined
}

function latency(input: VerdictInput): MeasuredAnswer | undefined {
  const half = typical(sectionsOf(input, input.variant), latencyIn)
  if (half === undefined || computingIn(input.variant, input.parameters) === 0) return undefined
  const interval = parameter(input.parameters, 'switchInterval') * MS
  const added = addedIn(input, half.value)
  const because: Sentence = [
    ['Half of the answers came within ', linked(half, formatDuration)],
    added.alone === undefined
      ? []
      : [', and within ', linked(added.alone, formatDuration), ' when nobody computed'],
    `; the switch interval is ${formatDuration(interval)}.`,
  ].flat()
  // Without a GIL there is no interval to wait for: what takes longer, waits for a processor.
  if (!hasGil(input)) return added.value < QUICK ? { option: 'quick', because } : undefined
  if (interval < added.resolution) return undefined
  const intervals = added.value / interval
  return {
    option: intervals < 0.5 ? 'quick' : intervals < 1.5 ? 'interval' : 'longer',
    because,
  }
}

/** Between the smallest and the largest interval that were tried. */
function smaller(input: VerdictInput): MeasuredAnswer | undefined {
  const points = measuredAt(pointsOf(input, 'switchInterval'), latencyIn)
  const [short, long] = [points[0], points.at(-1)]
  if (short === undefined || long === undefined || short === long) return undefined
  // On a scale of powers: both a tenth is 1, no change is 0.
  const follows = Math.log(long.value / short.value) / Math.log(long.at / short.at)
  return {
    option: follows >= FOLLOWS ? 'proportion' : follows >= FOLLOWS / 5 ? 'somewhat' : 'no',
    because: say`With ${formatDuration(long.at * MS)} half of the answers came within ${linked(long, formatDuration)}, with ${formatDuration(short.at * MS)} within ${linked(short, formatDuration)}.`,
  }
}
