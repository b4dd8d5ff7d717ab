import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answer.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'calls',
  work: (parameters) => parameter(parameters, 'items'),
  // All workers busy all the time.
  estimate: (parameters) => ({
    seconds:
      (parameter(parameters, 'items') * parameter(parameters, 'work')) /
      parameter(parameters, 'workers') /
      1_000,
    bytes: 0,
  }),
  judge,
  answer,
}
