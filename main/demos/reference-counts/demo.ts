import type { Demo } from '../demo.ts'
import { NODE_STEP, PYTHON_TURN } from '../least-cost.ts'
import { parameter } from '../manifest.ts'
import { countsIn } from './counts.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'references',
  work: (parameters) => parameter(parameters, 'threads') * parameter(parameters, 'rounds'),
  judge,
  // With a processor for each, but under the emulated GIL; whether CPython has one is not known here.
  estimate(parameters, variant, engine) {
    const rounds = parameter(parameters, 'rounds')
    if (engine === 'cpython') return { seconds: rounds * PYTHON_TURN, bytes: 0 }
    const lanes = variant === 'gil' ? parameter(parameters, 'threads') : 1
    return { seconds: lanes * rounds * (parameter(parameters, 'steps') + 1) * NODE_STEP, bytes: 0 }
  },
  figure: {
    what: 'Time of one reference, taken and dropped',
    unit: 'ns',
    better: 'less',
    of: (section) => countsIn(section)?.each,
  },
  answer,
}
