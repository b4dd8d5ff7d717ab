/** What the run bar says about a run: computed here, drawn in RunProgress.svelte. */
import type { RunStatus } from '../../main/run/contract.ts'
import { bytes, count, duration, groupDigits, roughly } from '../theme/figures.ts'

/** Share of the work that is done, 0 to 1; undefined where the total is not known. */
export const shareDone = ({ done, total }: RunStatus): number | undefined =>
  total > 0 ? Math.min(1, Math.max(0, done / total)) : undefined

/** Segments of the progress bar: one a section while they can be told apart. */
export function segments(status: RunStatus, most = 30): readonly number[] {
  const share = shareDone(status) ?? 0
  if (status.sections <= 1 || status.sections > most) return [share]
  return Array.from({ length: status.sections }, (_, index) =>
    Math.min(1, Math.max(0, share * status.sections - index)),
  )
}

/** `31.0 of 50.0 M counts`, `38 of 64 items`. */
export function workDone({ done, total, unit }: RunStatus): string {
  if (unit === 'bytes') return `${bytes(done)} of ${bytes(total)}`
  if (total <= 0) return `${count(done)} ${unit}`
  const [size, sign] = total >= 1e9 ? [1e9, 'G'] : total >= 1e6 ? [1e6, 'M'] : [1, '']
  const show = (value: number) =>
    size === 1 ? count(value) : groupDigits((value / size).toFixed(1))
  return `${show(done)} of ${show(total).replace(/\.0$/, '')} ${sign === '' ? '' : `${sign} `}${unit}`
}

/** `1.9 s left`, rounded so that it does not flicker. */
export function timeLeft({ remaining }: RunStatus): string | undefined {
  if (remaining === undefined || !Number.isFinite(remaining)) return undefined
  return `${roughly(remaining)} left`
}

/** How a run that is over ended: `Finished in 5.06 s`, `Ended early at 1.28 s, 38 of 64 items`. */
export function outcome(status: RunStatus): { readonly words: string; readonly figure: string } {
  // As the timeline counts: up to the last event.
  const figure = duration(status.newest > 0 ? status.newest : status.elapsed)
  if (status.recording?.missing !== undefined) return { words: 'Recorded up to', figure }
  if (status.state === 'finished') return { words: 'Finished in', figure }
  if (status.state === 'stopped') return { words: 'Stopped at', figure }
  return { words: 'Ended early at', figure }
}
