import { formatCount, formatDuration, formatShare, plural } from '../core/figures-format.ts'
import type { RunStatus } from '../run/contract.ts'
import type { CommandLineHost } from './host.ts'

/** What a run is doing, in one line. */
export function describeProgress(status: RunStatus): string {
  const parts = [status.request.demo, status.state]
  if (status.sections > 0)
    parts.push(`section ${formatCount(status.section)} of ${formatCount(status.sections)}`)
  if (status.total > 0) parts.push(formatShare(Math.min(1, status.done / status.total)))
  parts.push(formatDuration(status.elapsed))
  if (status.remaining !== undefined && status.state === 'running')
    parts.push(`about ${formatDuration(status.remaining)} left`)
  parts.push(plural(status.events, 'event'))
  if (status.dropped > 0) parts.push(`${formatCount(status.dropped)} dropped`)
  return parts.join(', ')
}

/** One line that is rewritten on a terminal; elsewhere a line for every change of state or section. */
export class Progress {
  readonly #err: CommandLineHost['err']
  #last = ''

  constructor(err: CommandLineHost['err']) {
    this.#err = err
  }

  show(status: RunStatus): void {
    const line = describeProgress(status)
    if (this.#err.isTerminal) {
      // One column stays free, so that no terminal wraps the line.
      this.#err.write(`\r\u001b[K${line.slice(0, Math.max(20, this.#err.columns - 1))}`)
      this.#last = line
      return
    }
    const key = `${status.state} ${status.section}`
    if (key === this.#last) return
    this.#last = key
    this.#err.write(`${line}\n`)
  }

  /** Clears the line, so that what follows begins at its start. */
  end(): void {
    if (this.#err.isTerminal && this.#last !== '') this.#err.write('\r\u001b[K')
    this.#last = ''
  }
}
