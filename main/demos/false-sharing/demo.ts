import type { Demo } from '../demo.ts'
import { NODE_ATOMIC, PYTHON_TURN } from '../least-cost.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { judge, rateOf } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'increments',
  work: (parameters) => parameter(parameters, 'threads') * parameter(parameters, 'increments'),
  figure: { what: 'Increments a second', unit: '/s', better: 'more', of: rateOf },
  judge,
  // With a processor for each.
  estimate: (parameters, _, engine) => ({
    seconds:
      parameter(parameters, 'increments') * (engine === 'cpython' ? PYTHON_TURN : NODE_ATOMIC),
    bytes: 0,
  }),
  answer,
}
