import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'parties'),
  unit: 'phases of a member',
  work: (parameters) => parameter(parameters, 'parties') * parameter(parameters, 'phases'),
  judge,
  estimate: (parameters) => ({
    // Spread as evenly as can be: the slow member does the less the slower it is.
    seconds:
      (parameter(parameters, 'phases') *
        parameter(parameters, 'work') *
        parameter(parameters, 'parties')) /
      (parameter(parameters, 'parties') - 1 + 1 / parameter(parameters, 'factor')) /
      1_000,
    bytes: 0,
  }),
  answer,
}
