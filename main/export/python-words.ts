/** What is known of programs under CPython, in sentences: the window and the command line say the same. */
import { formatDuration } from '../core/figures-format.ts'
import type { GilReading, KilledProcess, PythonStatus } from '../run/contract.ts'

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

/** `Process-2 (4713) by SIGTERM: its last event was 1.2 ms old.` */
export const killedWords = ({ pid, name, signal, age }: KilledProcess): string =>
  `${name === '' ? 'A process' : name} (${pid}) by ${signal}: its last event was ${formatDuration(age)} old.`

const sentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)
