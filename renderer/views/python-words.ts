/** What is known of programs under CPython, in words. Pure. */
import { formatDuration, plural } from '../../main/core/figures-format.ts'
import type { GilReading, KilledProcess, PythonStatus } from '../../main/run/contract.ts'
import { formatNumber } from '../../main/export/measuring-words.ts'
import { exitWords } from '../../main/export/python-words.ts'

export { exitWords, gilWords, killedWords } from '../../main/export/python-words.ts'

/** For the status bar: `GIL measured`. */
export const gilMark = (reading: GilReading): string =>
  ({
    measured: 'GIL measured',
    estimated: 'GIL estimated',
    'not available': 'GIL not visible',
    'no GIL': 'no GIL',
  })[reading]

/** It did not end as a program does that had nothing to complain about. */
export const endedBadly = ({ exit }: Pick<PythonStatus, 'exit'>): boolean =>
  exit !== undefined && exit.code !== 0

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
