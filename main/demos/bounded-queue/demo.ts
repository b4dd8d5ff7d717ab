import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge, residence } from './verdict.ts'

/** What an item and its place in the queue take at least. */
const BYTES_PER_ITEM = 32

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'producers') + parameter(parameters, 'consumers'),
  unit: 'items',
  work: (parameters) => parameter(parameters, 'producers') * parameter(parameters, 'items'),
  judge,
  figure: { what: 'Residence time, median', unit: 'ns', better: 'less', of: residence },
  estimate: (parameters, variant) => {
    const items = parameter(parameters, 'items')
    const all = parameter(parameters, 'producers') * items
    const milliseconds = Math.max(
      items * parameter(parameters, 'produce'),
      (all * parameter(parameters, 'consume')) / parameter(parameters, 'consumers'),
    )
    return {
      seconds: milliseconds / 1_000,
      bytes: variant === 'unbounded' ? all * BYTES_PER_ITEM : 0,
    }
  },
  answer,
}
