import type { Demo } from '../demo.ts'
import { parameter } from '../manifest.ts'
import { answer } from './answer.ts'
import { manifest } from './manifest.ts'
import { judge } from './verdict.ts'

/**
 * Seconds from start() to the end of a process at least: far less than was measured on a busy machine
 * with two cores (6.6 ms to the first message of a forked process, 39 ms of a prewarmed one, and more
 * of a spawned one), as they depend on the machine more than arithmetic does.
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
