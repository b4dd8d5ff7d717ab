import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { judge, latencyIn } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'computing') + 1,
  unit: 'pings',
  work: (parameters) => parameter(parameters, 'pings'),
  figure: { what: 'Round trip, median', unit: 'ns', better: 'less', of: latencyIn },
  // The pauses alone.
  estimate: (parameters) => ({
    seconds: (parameter(parameters, 'pings') * parameter(parameters, 'pause')) / 1_000,
    bytes: 0,
  }),
  judge,
  answer,
}
