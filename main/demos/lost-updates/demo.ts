import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { lostIn } from './lost.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'increments',
  work: (parameters) => parameter(parameters, 'threads') * parameter(parameters, 'increments'),
  judge,
  figure: {
    what: 'Share of increments lost',
    unit: '',
    better: 'less',
    of: (section) => lostIn(section)?.share,
  },
  answer,
}
