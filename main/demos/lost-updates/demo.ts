import type { Demo } from '../demo.ts'
import { NODE_STEP, PYTHON_TURN } from '../least-cost.ts'
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
  // With a processor for each, but under the emulated GIL; whether CPython has one is not known here.
  estimate(parameters, variant, engine) {
    const increments = parameter(parameters, 'increments')
    if (engine === 'cpython') return { seconds: increments * PYTHON_TURN, bytes: 0 }
    const lanes = variant === 'gil' || variant === 'split' ? parameter(parameters, 'threads') : 1
    // One step more for the increment itself.
    const steps = parameter(parameters, 'steps') + 1
    return { seconds: lanes * increments * steps * NODE_STEP, bytes: 0 }
  },
  answer,
}
