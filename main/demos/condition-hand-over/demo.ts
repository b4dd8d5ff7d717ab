import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, itemsPerSecond, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'consumers') + 1,
  unit: 'items',
  work: (parameters) => parameter(parameters, 'items'),
  judge,
  figure: { what: 'Items a second', unit: '/s', better: 'more', of: itemsPerSecond },
  estimate: (parameters) => ({
    // The producer alone; half of the average, because it is chance how long each takes.
    seconds: (parameter(parameters, 'items') * parameter(parameters, 'produce')) / 2_000,
    bytes: 0,
  }),
  answer,
}
