/**
 * What a process that starts processes and the runner, which has them forked, say to each other.
 * A request is its JSON's length in 4 bytes, the JSON, and the arguments of the new process as
 * bytes; a report is JSON.
 */
import { FrameError } from './frames.ts'
import type { ErrorJson } from './errors.ts'
import { isStart, type ProcessStart } from './job.ts'

export type ProcessRequest =
  /** `id` is the asking process's own, for the answer. */
  | { readonly kind: 'start'; readonly id: number; readonly start: ProcessStart }
  /** For a child of the asking process. `force`: SIGKILL instead of SIGTERM. */
  | { readonly kind: 'signal'; readonly process: number; readonly force: boolean }

export type ProcessReport =
  /** Answers to `start`. */
  | {
      readonly kind: 'started'
      readonly id: number
      readonly process: number
      readonly pid: number
    }
  | { readonly kind: 'refused'; readonly id: number; readonly error: ErrorJson }
  /** A child of the process, or its parent, has ended. */
  | { readonly kind: 'ended'; readonly process: number; readonly exitcode: number }

const LENGTH_BYTES = 4

export function encodeRequest(request: ProcessRequest, args: Uint8Array): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(request))
  const length = Buffer.allocUnsafe(LENGTH_BYTES)
  length.writeUInt32LE(json.length)
  return [length, json, args]
}

/** @throws FrameError when this is no request. */
export function decodeRequest(payload: Buffer): {
  readonly request: ProcessRequest
  readonly args: Uint8Array
} {
  const end = LENGTH_BYTES + (payload.length < LENGTH_BYTES ? 0 : payload.readUInt32LE(0))
  if (payload.length < end) throw new FrameError('a request about processes was cut short')
  const request = parse(payload.subarray(LENGTH_BYTES, end))
  if (!isRequest(request)) throw new FrameError('malformed request about processes')
  return { request, args: payload.subarray(end) }
}

export const encodeReport = (report: ProcessReport): Uint8Array =>
  Buffer.from(JSON.stringify(report))

/** @throws FrameError when this is no report. */
export function decodeReport(payload: Buffer): ProcessReport {
  const report = parse(payload)
  if (!isReport(report)) throw new FrameError('malformed report about processes')
  return report
}

type Fields = Readonly<Record<string, unknown>>

function parse(bytes: Buffer): Fields {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new FrameError('malformed JSON', { cause: error })
  }
  // Whatever else it is has no such fields.
  return Object(value) as Fields
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

function isRequest(value: Fields): value is ProcessRequest & Fields {
  const { kind, id, start, process, force } = value
  if (kind === 'start') return isCount(id) && isStart(start)
  return kind === 'signal' && isCount(process) && typeof force === 'boolean'
}

function isReport(value: Fields): value is ProcessReport & Fields {
  const { kind, id, process, pid, error, exitcode } = value
  if (kind === 'started') return isCount(id) && isCount(process) && isCount(pid)
  if (kind === 'ended') return isCount(process) && Number.isSafeInteger(exitcode)
  const { name, message } = Object(error) as Fields
  return (
    kind === 'refused' && isCount(id) && typeof name === 'string' && typeof message === 'string'
  )
}
