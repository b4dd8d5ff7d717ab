import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

export const demo: Demo = {
  manifest,
  unit: 'counts',
  work: (parameters, variant) => {
    const isAlone = variant === 'one-thread' || variant === 'note-one-thread'
    const lanes = isAlone ? 1 : parameter(parameters, 'threads')
    return Math.floor(parameter(parameters, 'count') / lanes) * lanes
  },
  // On processors much faster than any there is, and all of them busy; CPython takes no steps.
  estimate: (parameters, variant, engine) => {
    const lanes = variant === 'one-thread' ? 1 : parameter(parameters, 'threads')
    const count = parameter(parameters, 'count') / lanes
    const steps = engine === 'cpython' ? 0 : count * parameter(parameters, 'steps')
    return { seconds: Math.max(steps / 8e9, engine === 'cpython' ? count / 5e8 : 0), bytes: 0 }
  },
  judge,
  answer,
}
