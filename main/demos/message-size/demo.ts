import type { Demo } from '../demo.ts'
import { COPIED_BYTE, MESSAGE } from '../least-cost.ts'
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
  estimate(parameters, variant) {
    const size = parameter(parameters, 'size')
    // CPython's queue between threads copies nothing.
    const copied = variant === 'thread-queue' ? 0 : size * COPIED_BYTE
    // One of them at each end; shared memory has room for four at least, as in the program.
    const places =
      variant === 'shared-memory' ? Math.max(4, Math.min(256, Math.floor((64 * MIB) / size))) : 2
    return { seconds: messagesOf(parameters) * (MESSAGE + copied), bytes: places * size }
  },
  answer,
}
