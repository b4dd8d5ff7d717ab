import type { Demo } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

const roundsOf = (parameters: Parameters): number =>
  parameter(parameters, 'threads') * parameter(parameters, 'rounds')

export const demo: Demo = {
  manifest,
  unit: 'rounds',
  work: roundsOf,
  figure: {
    what: 'Rounds a second',
    unit: '/s',
    better: 'more',
    of: ({ elapsed }, parameters) => (roundsOf(parameters) * 1e9) / elapsed,
  },
  // Whoever holds the lock keeps the others out; each thread has its own time outside.
  estimate: (parameters, variant) => {
    const [rounds, held] = [parameter(parameters, 'rounds'), parameter(parameters, 'held')]
    const own = rounds * (held + parameter(parameters, 'outside'))
    const all = variant === 'one-lock' ? parameter(parameters, 'threads') * rounds * held : 0
    return { seconds: Math.max(own, all) / 1_000, bytes: 0 }
  },
  judge,
  answer,
}
