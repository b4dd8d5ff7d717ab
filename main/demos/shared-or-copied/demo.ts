import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { handOversIn } from './hand-overs.ts'
import { manifest } from './manifest.ts'
import { answer, judge } from './verdict.ts'

/** The object, its copy, and what carries it from one to the other. */
const COPIES = 4

export const demo: Demo = {
  manifest,
  unit: 'hand-overs',
  work: (parameters) => parameter(parameters, 'rounds'),
  judge,
  figure: {
    what: 'Time to hand it over',
    unit: 'ns',
    better: 'less',
    of: (section) => handOversIn(section)?.took,
  },
  estimate: (parameters) => ({
    seconds: 0,
    bytes: COPIES * 1_024 * parameter(parameters, 'size'),
  }),
  answer,
}
