import type { Demo } from '../demo.ts'
import { parameter, type Parameters } from '../manifest.ts'
import { answer } from './answers.ts'
import { manifest } from './manifest.ts'
import { bytesRateOf, judge } from './verdict.ts'

const MIB = 1_048_576

/** As the program counts them. */
function messagesOf(parameters: Parameters): number {
  const allowed = Math.floor(
    (parameter(parameters, 'volume') * MIB) / parameter(parameters, 'size'),
  )
  return Math.max(1, Math.min(parameter(parameters, 'messages'), allowed))
}

export const demo: Demo = {
  manifest,
  unit: 'messages',
  work: messagesOf,
  figure: { what: 'Bytes a second', unit: 'bytes/s', better: 'more', of: bytesRateOf },
  judge,
  answer,
}
