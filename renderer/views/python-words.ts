/** What is known of programs under CPython, in words. Pure. */
import { formatDuration, plural } from '../../main/core/figures-format.ts'
import type { GilReading, KilledProcess, PythonStatus } from '../../main/run/contract.ts'
import { formatNumber } from '../../main/export/measuring-words.ts'
import { sentence } from './words.ts'

/** For the status bar: `GIL measured`. */
export const gilMark = (reading: GilReading): string =>
  ({
    measured: 'GIL measured',
    estimated: 'GIL estimated',
    'not available': 'GIL not visible',
    'no GIL': 'no GIL',
  })[reading]

const HOW: Readonly<Record<GilReading, string>> = {
  measured:
    'Who holds the GIL is read from the interpreter’s own memory, once a millisecond or so.',
  estimated: 'Who holds the GIL is estimated from the states that the system tells of the threads.',
  'not available': 'Who holds the GIL cannot be seen here.',
  'no GIL': 'There is no GIL: its threads run truly in parallel.',
}

/** How it is known who holds the GIL, and why not better. */
export const gilWords = ({
  reading,
  readingReason,
}: Pick<PythonStatus, 'reading' | 'readingReason'>): string =>
  readingReason === '' ? HOW[reading] : `${HOW[reading]} ${sentence(readingReason)}`

/** `exit code 0`, `ended by SIGKILL`; undefined while it runs. */
export function exitWords({ exit }: Pick<PythonStatus, 'exit'>): string | undefined {
  if (exit === undefined) return undefined
  const { code, signal } = exit
  return signal === undefined ? `exit code ${code}` : `ended by ${signal} (${code})`
}

/** It did not end as a program does that had nothing to complain about. */
export const endedBadly = ({ exit }: Pick<PythonStatus, 'exit'>): boolean =>
  exit !== undefined && exit.code !== 0

/** `Process-2 (4713) by SIGTERM: its last event was 1.2 ms old.` */
export const killedWords = ({ pid, name, signal, age }: KilledProcess): string =>
  `${name === '' ? 'A process' : name} (${pid}) by ${signal}: its last event was ${formatDuration(age)} old.`

export interface Fact {
  readonly label: string
  readonly value: string
}

/** Everything about one engine of a run, line by line. `processors` used by the run, if measured. */
export function pythonFacts(python: PythonStatus, processors: number | undefined): readonly Fact[] {
  const { startMethod, reading, switchInterval, processes, killed } = python
  const exit = exitWords(python)
  return [
    { label: 'GIL', value: gilMark(reading).replace(/^GIL /, '') },
    ...(switchInterval === undefined
      ? []
      : [{ label: 'Switch interval', value: formatDuration(switchInterval) }]),
    ...(startMethod === '' ? [] : [{ label: 'Start method', value: startMethod }]),
    ...(processors === undefined
      ? []
      : [{ label: 'Effective cores', value: formatNumber(processors) }]),
    {
      label: 'Processes',
      value:
        killed.length === 0 ? String(processes) : `${processes}, ${killed.length} of them killed`,
    },
    { label: 'Ended', value: exit ?? 'not yet' },
  ]
}

/** `2 processes were killed` */
export const killedTitle = (killed: readonly KilledProcess[]): string =>
  `${plural(killed.length, 'process was', 'processes were')} killed.`.replace(/^./, (first) =>
    first.toUpperCase(),
  )
