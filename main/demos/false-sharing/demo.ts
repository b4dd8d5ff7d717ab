import type { Demo } from '../demo.ts'
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
  answer,
}
