import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

/** A recording that is already there is never written over, and no folder is made by a slip. */
export async function checkRecordingPath(
  path: string | undefined,
): Promise<Result<string | undefined, Refusal>> {
  if (path === undefined) return success(undefined)
  const fault = await recordingFault(path)
  if (fault === undefined) return success(resolve(path))
  return failure(refusal('environment', fault, 'Choose another file with --record.'))
}

async function recordingFault(path: string): Promise<string | undefined> {
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (folder?.isDirectory() !== true) return `There is no folder ${dirname(path)}.`
  const entry = await stat(path).catch(() => undefined)
  if (entry === undefined) return undefined
  if (!entry.isFile()) return `${path} is not a file.`
  return entry.size > 0 ? `${path} already exists.` : undefined
}
