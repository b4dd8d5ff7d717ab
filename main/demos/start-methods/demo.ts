import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answer.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

/**
 * Seconds from start() to the end of a process at least: a tenth of what was measured, or less (40 to
 * 60 ms for a fresh process of Node or CPython, 1 ms and more for a copy).
 */
const LEAST: Readonly<Record<string, number>> = { spawn: 4e-3, prewarmed: 0.1e-3, fork: 0.1e-3 }

export const demo: Demo = {
  manifest,
  unit: 'processes',
  work: (parameters) => parameter(parameters, 'processes'),
  judge,
  estimate: (parameters, variant) => ({
    seconds: parameter(parameters, 'processes') * (LEAST[variant] ?? 0),
    bytes: 0,
  }),
  answer,
}
