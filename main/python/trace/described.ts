import { nanoseconds } from '../../core/units.ts'
import type { KilledProcess } from '../../run/contract.ts'
import { signalOf } from './endings.ts'
import type { Process } from './process.ts'
import type { TracedProcess } from './program-trace.ts'
import type { Killed } from './translator.ts'

/** A process as the run's status tells of it. */
export function described(process: Process): TracedProcess {
  const { file, pid, name, gilIsOn, sampled } = process
  const { role, version, isFreeThreaded } = file.header
  const interval = sampled?.latest?.switchInterval ?? 0
  return {
    ...{ pid, name, role, version, isFreeThreaded },
    ...(isFreeThreaded && !gilIsOn ? NO_GIL : readingOf(process)),
    switchInterval: interval > 0 ? interval : file.header.switchInterval,
  }
}

type Reading = Pick<TracedProcess, 'reading' | 'readingReason'>

const NO_GIL: Reading = { reading: 'no GIL', readingReason: '' }

function readingOf({ file, gilIsOn, sampled, state }: Process): Reading {
  const latest = sampled?.latest
  if (!latest)
    return {
      reading: 'not available',
      readingReason: state === 'alive' ? '' : 'It ended before anybody could look at it.',
    }
  const wasSwitchedOn = gilIsOn && !file.header.gilIsOn
  return {
    reading: latest.reading,
    readingReason: wasSwitchedOn ? 'An import switched the GIL on.' : latest.reason,
  }
}

/** @param shift nanoseconds from the run's epoch to the one that times of processes count from. */
export function describedKilled({ process, code, time }: Killed, shift: number): KilledProcess {
  const { pid, name, lastEvent } = process
  return {
    ...{ pid, name, signal: signalOf(code) },
    lastEvent: nanoseconds(lastEvent + shift),
    age: nanoseconds(time - lastEvent),
  }
}
