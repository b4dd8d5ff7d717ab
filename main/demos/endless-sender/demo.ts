import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'items',
  work: (parameters) => parameter(parameters, 'items'),
  judge,
  estimate: (parameters) => ({
    seconds: ((parameter(parameters, 'items') - 1) * parameter(parameters, 'interval')) / 1_000,
    bytes: 0,
  }),
  answer,
}
