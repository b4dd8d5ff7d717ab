import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge, perSecond } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'tasks'),
  unit: 'transactions',
  work: (parameters) => parameter(parameters, 'tasks') * parameter(parameters, 'rounds'),
  judge,
  figure: { what: 'Transactions a second', unit: '/s', better: 'more', of: perSecond },
  estimate: (parameters, variant, _engine, processors = Infinity) => {
    const [tasks, rounds] = [parameter(parameters, 'tasks'), parameter(parameters, 'rounds')]
    const atOnce = variant === 'limited' ? Math.min(tasks, parameter(parameters, 'permits')) : tasks
    // A transaction computes: no more at once than there are processors.
    const parallel = Math.min(atOnce, processors)
    const seconds = (tasks * rounds * parameter(parameters, 'hold')) / parallel / 1_000
    return { seconds, bytes: 0 }
  },
  answer,
}
