import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { countsIn } from './counts.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'references',
  work: (parameters) => parameter(parameters, 'threads') * parameter(parameters, 'rounds'),
  judge,
  figure: {
    what: 'Time of one reference, taken and dropped',
    unit: 'ns',
    better: 'less',
    of: (section) => countsIn(section)?.each,
  },
  answer,
}
