import type { Demo } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, itemsPerSecond, judge } from './verdict.ts'

/**
 * Of the items: those that come while the only consumer, who has looked, has not begun to wait. Both
 * set out together, each for a time by chance, evenly spread: who looks first, and is caught?
 */
function lostShare(parameters: Parameters): number {
  if (parameter(parameters, 'consumers') > 1) return 0
  const [produce, consume] = [parameter(parameters, 'produce'), parameter(parameters, 'consume')]
  if (produce === 0) return 0
  const looksFirst = consume <= produce ? 1 - consume / (2 * produce) : produce / (2 * consume)
  const window = parameter(parameters, 'window') / 1_000
  return looksFirst * Math.min(1, window / (2 * produce))
}

export const demo: Demo = {
  manifest,
  threads: (parameters) => Math.max(3, parameter(parameters, 'consumers')) + 1,
  unit: 'items',
  work: (parameters) => parameter(parameters, 'items'),
  judge,
  figure: { what: 'Items a second', unit: '/s', better: 'more', of: itemsPerSecond },
  estimate: (parameters, variant) => {
    const [items, produce] = [parameter(parameters, 'items'), parameter(parameters, 'produce')]
    const window = variant === 'queue' ? 0 : parameter(parameters, 'window') / 1e6
    const timeouts =
      variant === 'outside' ? lostShare(parameters) * parameter(parameters, 'timeout') : 0
    // The producer alone, and waits for it; half of the average of what is chance.
    return { seconds: items * (produce / 2_000 + window + timeouts / 2), bytes: 0 }
  },
  answer,
}
