import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'rounds',
  work: (parameters) => {
    const threads = parameter(parameters, 'threads')
    return Math.floor(parameter(parameters, 'rounds') / threads) * threads
  },
  judge,
  estimate: (parameters, variant) => {
    const lanes = variant === 'one-thread' ? 1 : parameter(parameters, 'threads')
    const waited = (parameter(parameters, 'waiting') / 100) * parameter(parameters, 'period')
    return { seconds: (parameter(parameters, 'rounds') / lanes) * (waited / 1_000), bytes: 0 }
  },
  answer,
}
