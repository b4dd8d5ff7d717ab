import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'rounds',
  work: (parameters) => parameter(parameters, 'rounds'),
  judge,
  estimate: (parameters, variant) => {
    const lanes = variant === 'one-thread' ? 1 : parameter(parameters, 'threads')
    const waited = (parameter(parameters, 'waiting') / 100) * parameter(parameters, 'period')
    const rounds = Math.ceil(parameter(parameters, 'rounds') / lanes)
    return { seconds: rounds * (waited / 1_000), bytes: 0 }
  },
  answer,
}
