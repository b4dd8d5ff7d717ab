import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from '../sender-receiver-answer.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'items',
  work: (parameters) => parameter(parameters, 'items'),
  // The receiver sleeps after each item.
  estimate: (parameters) => ({
    seconds: parameter(parameters, 'items') * parameter(parameters, 'interval'),
    bytes: 0,
  }),
  judge,
  answer,
}
