import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'rounds',
  work: (parameters) => parameter(parameters, 'threads') * parameter(parameters, 'rounds'),
  // Whoever holds the lock keeps the others out; each thread has its own time outside.
  estimate: (parameters) => {
    const [rounds, held] = [parameter(parameters, 'rounds'), parameter(parameters, 'held')]
    const own = rounds * (held + parameter(parameters, 'outside'))
    const all = parameter(parameters, 'threads') * rounds * held
    return { seconds: Math.max(own, all) / 1_000, bytes: 0 }
  },
  judge,
  answer,
}
