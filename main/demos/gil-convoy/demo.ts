import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { computingIn, judge, latencyIn } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'computing') + 1,
  unit: 'pings',
  work: (parameters) => parameter(parameters, 'pings'),
  figure: { what: 'Round trip, median', unit: 'ns', better: 'less', of: latencyIn },
  // The pauses, and under the emulated GIL an interval for each ping; whether CPython has a GIL is not
  // known here.
  estimate(parameters, variant, engine) {
    const isConvoy =
      engine !== 'cpython' &&
      variant !== 'one-thread-parallel' &&
      computingIn(variant, parameters) > 0
    const waited = isConvoy ? parameter(parameters, 'switchInterval') : 0
    const each = waited + parameter(parameters, 'pause')
    return { seconds: (parameter(parameters, 'pings') * each) / 1_000, bytes: 0 }
  },
  judge,
  answer,
}
