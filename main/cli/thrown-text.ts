/** What a program said on standard error, for the result of a run in which something went wrong. */
import type { OutputLine, RunStatus, RunSummary } from '../run/contract.ts'
import type { RelayedPort } from '../run/service.ts'
import { LaneEnd } from '../trace/model.ts'
import { endInWords } from '../trace/words.ts'
import { LiveOutput } from './live-output.ts'

/** Of a thousand threads that throw alike, a few tell it all. */
const MOST_LINES = 60

const THREW = endInWords(LaneEnd.threw, 0)

/** It failed, stood still, or one of its threads threw. */
export const wentWrong = (status: RunStatus, summary: RunSummary | undefined): boolean =>
  status.state === 'failed' ||
  status.deadlock !== undefined ||
  (summary?.tables.lanes.some(({ now }) => now === THREW) ?? false)

/** @param port of a run that is over; disposed of here. '' when nothing was written. */
export async function describeErrors(port: RelayedPort | undefined): Promise<string> {
  if (port === undefined) return ''
  const lines: OutputLine[] = []
  const output = new LiveOutput(port, (line) => {
    if (line.stream === 'error') lines.push(line)
  })
  await output.finish()
  if (lines.length === 0) return ''
  const shown = lines.slice(0, MOST_LINES).map(({ text }) => `  ${text}\n`)
  const more = lines.length - shown.length
  return [
    'Standard error of the program:\n',
    ...shown,
    ...(more > 0 ? [`  … and ${more} more lines, which the recording has.\n`] : []),
  ].join('')
}
