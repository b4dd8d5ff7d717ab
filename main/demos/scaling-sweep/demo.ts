import type { Demo } from '../demo.ts'
import { NODE_STEP, PYTHON_TURN } from '../least-cost.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { BASELINE, boundOf, judge, rateOf } from './verdict.ts'

/** Arithmetic steps of one piece of work, as in the programs. */
const STEPS = { node: 150_000, cpython: 2_500 } as const

export const demo: Demo = {
  manifest,
  unit: 'pieces',
  work: (parameters) => parameter(parameters, 'pieces'),
  figure: { what: 'Work a second', unit: '/s', better: 'more', of: rateOf },
  judge,
  // With a processor for each thread; whether CPython has a GIL is not known here.
  estimate(parameters, variant, engine = 'node') {
    const step = engine === 'node' ? NODE_STEP : PYTHON_TURN
    const alone = parameter(parameters, 'pieces') * STEPS[engine] * step
    const gain = engine === 'node' && variant === BASELINE ? 1 : boundOf(parameters)
    return { seconds: alone / gain, bytes: 0 }
  },
  answer,
}
