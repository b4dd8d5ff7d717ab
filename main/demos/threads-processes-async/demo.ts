import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

/** Of what each job takes, if all go at once, at least half: the rest may be a faster machine. */
const FASTEST = 0.5

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'jobs'),
  unit: 'jobs',
  work: (parameters) => parameter(parameters, 'jobs'),
  estimate(parameters, variant) {
    const jobs = variant === 'one-by-one' ? parameter(parameters, 'jobs') : 1
    return { seconds: (jobs * parameter(parameters, 'length') * FASTEST) / 1_000, bytes: 0 }
  },
  judge,
  answer,
}
