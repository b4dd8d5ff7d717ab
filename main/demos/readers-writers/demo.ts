import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge, readsPerSecond } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'readers') + parameter(parameters, 'writers'),
  unit: 'reads',
  work: (parameters) => parameter(parameters, 'readers') * parameter(parameters, 'rounds'),
  judge,
  figure: { what: 'Reads a second', unit: '/s', better: 'more', of: readsPerSecond },
  estimate: (parameters, variant) => {
    const [rounds, read] = [parameter(parameters, 'rounds'), parameter(parameters, 'read')]
    // One at a time they wait for each other; else one reader’s own reads take it at least.
    const each = variant === 'mutex' ? read * parameter(parameters, 'readers') : read
    const seconds = (rounds * Math.max(each, read + parameter(parameters, 'pause'))) / 1_000
    return { seconds, bytes: 0 }
  },
  answer,
}
