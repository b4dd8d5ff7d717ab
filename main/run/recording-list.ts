/** What lies in the recordings folder. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RECORDINGS_LISTED, type RecordingInfo } from './contract.ts'
import { readHead } from './recording-check.ts'
import { requestIn } from './recorded.ts'

/** Further files of a folder are not looked at. */
const MOST_FILES = 10_000

/**
 * Newest first, at most RECORDINGS_LISTED. Only files that lie there themselves: what a link leads
 * to may be anything. Of each only the beginning is read.
 */
export async function listRecordings(folder: string): Promise<readonly RecordingInfo[]> {
  const names = await readdir(folder).catch(() => [])
  const recordings = names.filter((name) => name.endsWith('.ilv')).slice(0, MOST_FILES)
  const files = await Promise.all(recordings.map((name) => describe(folder, name)))
  const newest = files
    .filter((file) => file !== undefined)
    .sort((one, other) => other.modified - one.modified || other.name.localeCompare(one.name))
    .slice(0, RECORDINGS_LISTED)
  return Promise.all(newest.map(async (file) => ({ ...file, ...(await contentOf(file.path)) })))
}

type FileInfo = Omit<RecordingInfo, 'demo' | 'variant'>

/** Undefined: it is no file, it is gone meanwhile, or nothing was written to it. */
async function describe(folder: string, name: string): Promise<FileInfo | undefined> {
  const path = join(folder, name)
  const entry = await lstat(path).catch(() => undefined)
  if (entry?.isFile() !== true || entry.size === 0) return undefined
  return { name, path, bytes: entry.size, modified: Math.round(entry.mtimeMs) }
}

/** One that cannot be read is listed all the same: opening it says why. */
async function contentOf(path: string): Promise<Pick<RecordingInfo, 'demo' | 'variant'>> {
  const head = await readHead(path).catch(() => undefined)
  const { demo, variant } = requestIn(head?.metadata)
  return { demo, variant }
}
