import { formatDuration, plural } from '../core/figures-format.ts'
import { refuseRecording } from '../run/recording-check.ts'
import { openRecording, verify as verifyRecording } from '../trace/node/recording-reader.ts'
import { rebuild as rebuildRecording } from '../trace/node/rebuild.ts'
import { ExitCode, refuse, type CommandLineHost } from './host.ts'
import { toJson } from './table.ts'
import { describeTables } from './tables-text.ts'

interface FileCommand {
  readonly file: string
  readonly json: boolean
}

/** Lanes, locks and queues of a recording: all of it, or what there is of one that was cut short. */
export async function stats(host: CommandLineHost, { file, json }: FileCommand): Promise<number> {
  const read = await openRecording(file)
  if (!read.ok) return refuse(host, refuseRecording(read.failure))
  const { session, missing, metadata } = read.value
  try {
    const { events, dropped, newest } = session.status()
    const tables = session.answer('tables', {})
    if (json) {
      host.out.write(toJson({ file, metadata, elapsed: newest, events, dropped, missing, tables }))
      return ExitCode.success
    }
    if (missing !== undefined) host.err.write(`interleave: ${missing}\n`)
    const lost = dropped > 0 ? `, ${plural(dropped, 'event')} dropped: counts are lower bounds` : ''
    const summary = `${file}: ${requestOf(metadata)}${plural(events, 'event')} in ${formatDuration(newest)}${lost}`
    host.out.write(`${summary}\n\n${describeTables(tables)}`)
    return ExitCode.success
  } finally {
    read.value.dispose()
  }
}

/**
 * Checks every byte. One that is damaged, or was cut short, is a failure; with `rebuild` also one
 * whose stored figures are not those of its events.
 */
export async function verify(
  host: CommandLineHost,
  { file, json, rebuild }: FileCommand & { readonly rebuild: boolean },
): Promise<number> {
  const checked = await verifyRecording(file)
  if (!checked.ok) {
    const { reason, offset, message } = checked.failure
    if (json) host.out.write(toJson({ file, whole: false, reason, offset, message }))
    return refuse(host, refuseRecording(checked.failure))
  }
  const { bytes, chunks, records, missing } = checked.value
  const whole = missing === undefined
  const rebuilt = rebuild && whole ? await rebuildRecording(file) : undefined
  if (rebuilt?.ok === false) return refuse(host, refuseRecording(rebuilt.failure))
  const differs = rebuilt?.value.differs
  const same = rebuilt && differs === undefined
  if (json) host.out.write(toJson({ file, whole, bytes, chunks, records, missing, same, differs }))
  else {
    const size = [plural(records, 'record'), plural(chunks, 'chunk'), plural(bytes, 'byte')]
    host.out.write(`${file}: ${whole ? 'whole' : 'readable, but not whole'}; ${size.join(', ')}\n`)
  }
  if (same === true && !json)
    host.out.write('What is stored is what its events give, byte for byte.\n')
  for (const words of [missing, differs])
    if (words !== undefined) host.err.write(`interleave: ${words}\n`)
  return whole && differs === undefined ? ExitCode.success : ExitCode.failed
}

/** The demo and variant, where the recording names them. */
function requestOf(metadata: unknown): string {
  if (typeof metadata !== 'object' || metadata === null || !('request' in metadata)) return ''
  const { request } = metadata
  if (typeof request !== 'object' || request === null) return ''
  if (!('demo' in request && 'variant' in request)) return ''
  return `${String(request.demo)} ${String(request.variant)}, `
}
