import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'processes',
  work: () => 1,
  judge,
  // The holder alone: how long the child waits is not known before.
  estimate: (parameters) => ({ seconds: parameter(parameters, 'held') / 1_000, bytes: 0 }),
  answer,
}
