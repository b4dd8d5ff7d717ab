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
  judge,
  answer,
}
