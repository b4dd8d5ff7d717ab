import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { manifest } from './manifest.ts'
import { answer, judge, mealsPerSecond } from './verdict.ts'

export const demo: Demo = {
  manifest,
  threads: (parameters) => parameter(parameters, 'philosophers'),
  unit: 'meals',
  work: (parameters) => parameter(parameters, 'philosophers') * parameter(parameters, 'meals'),
  judge,
  figure: { what: 'Meals a second', unit: '/s', better: 'more', of: mealsPerSecond },
  estimate: (parameters) => ({
    // One philosopher's meals, one after the other.
    seconds:
      (parameter(parameters, 'meals') *
        (parameter(parameters, 'think') +
          parameter(parameters, 'between') +
          parameter(parameters, 'eat'))) /
      1_000,
    bytes: 0,
  }),
  answer,
}
