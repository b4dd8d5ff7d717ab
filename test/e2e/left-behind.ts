import { readdirSync, readFileSync } from 'node:fs'

/**
 * Processes that were started with this folder for their recordings, as `pid: command`. Linux
 * only: elsewhere nothing can be told, and nothing is claimed.
 */
export function processesOf(recordings: string): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(pid, 'environ').includes(`INTERLEAVE_RECORDINGS=${recordings}\0`))
    .map((pid) => `${pid}: ${read(pid, 'cmdline').replaceAll('\0', ' ').trim()}`)
    .filter((process) => !process.endsWith(':'))
}

/** Pids of the processes that run this built entry. */
export const pidsOf = (recordings: string, entry: string): readonly number[] =>
  processesOf(recordings)
    .filter((process) => process.includes(entry))
    .map((process) => Number.parseInt(process, 10))

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return ''
  }
}
