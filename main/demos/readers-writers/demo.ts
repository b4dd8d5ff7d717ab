import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge, readsPerSecond } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'readers') + parameter(parameters, 'writers'),
  unit: 'reads and writes',
  work: (parameters) =>
    (parameter(parameters, 'readers') + parameter(parameters, 'writers')) *
    parameter(parameters, 'rounds'),
  judge,
  figure: { what: 'Reads a second', unit: '/s', better: 'more', of: readsPerSecond },
  estimate: (parameters, variant) => {
    const [read, write] = [parameter(parameters, 'read'), parameter(parameters, 'write')]
    const reading = variant === 'mutex' ? read * parameter(parameters, 'readers') : read
    // A writer is alone: everybody else waits for each of its writes.
    const room = variant === 'no-lock' ? 0 : reading + write * parameter(parameters, 'writers')
    const own = Math.max(read, write) + parameter(parameters, 'pause')
    return { seconds: (parameter(parameters, 'rounds') * Math.max(room, own)) / 1_000, bytes: 0 }
  },
  answer,
}
