import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { judge, mapOf } from './verdict.ts'

/** Seconds that a piece takes on the fastest of machines. */
const PIECE = 5e-5
/** What a process takes at least, and an item on its way there and back. */
const [PROCESS, ITEM] = [20e6, 100]

export const demo: Demo = {
  manifest,
  unit: 'calls',
  work: (parameters) => parameter(parameters, 'items'),
  figure: {
    what: 'Time of map',
    unit: 'ns',
    better: 'less',
    of: (section) => mapOf(section)?.took,
  },
  estimate(parameters) {
    const [workers, items] = [parameter(parameters, 'workers'), parameter(parameters, 'items')]
    return {
      seconds: (items * parameter(parameters, 'pieces') * PIECE) / workers,
      bytes: workers * PROCESS + items * ITEM,
    }
  },
  judge,
  answer,
}
