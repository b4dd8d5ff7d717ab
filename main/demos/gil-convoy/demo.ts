import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'pings',
  work: (parameters) => parameter(parameters, 'pings'),
  // The pauses alone.
  estimate: (parameters) => ({
    seconds: (parameter(parameters, 'pings') * parameter(parameters, 'pause')) / 1_000,
    bytes: 0,
  }),
  judge,
}
