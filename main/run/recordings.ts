import { mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { refusal, failure, success, type Refusal, type Result } from '../core/result.ts'
import { dataFolder } from './data-folder.ts'

/** Automatic recordings kept; the oldest beyond them are removed when a run starts. */
export const RECORDINGS_KEPT = 20
const AUTOMATIC_NAME = /^[a-z0-9-]+_\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z\.ilv$/

/** The folder for recordings that the user did not name: `INTERLEAVE_RECORDINGS`, or in the data folder. */
export function recordingsFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = environment['INTERLEAVE_RECORDINGS']
  if (chosen) return resolve(chosen)
  return join(dataFolder(environment, platform), 'recordings')
}

/** `gil-countdown_2026-11-22T13-33-26-120Z.ilv`: sorts by demo, then by time. */
export const automaticName = (demo: string, at: Date): string =>
  `${demo}_${at.toISOString().replaceAll(/[:.]/g, '-')}.ilv`

/** Makes the file (and its folder), so that a run that cannot be recorded never starts. */
export async function reserveRecording(path: string): Promise<Result<string, Refusal>> {
  try {
    await makeFolder(dirname(path))
    const file = await open(path, 'a')
    await file.close()
    return success(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return failure(
      refusal(
        'environment',
        `The recording ${path} cannot be written (${code}).`,
        'Choose another file with --record, or another folder with INTERLEAVE_RECORDINGS.',
      ),
    )
  }
}

/** With its parents. Not by `recursive`, which never returns for a folder under /proc on Node 20. */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) await makeFolder(parent)
  await mkdir(path).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(path))) throw error
  })
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  )

/** Removes the file again if nothing was written to it. */
export async function releaseRecording(path: string): Promise<void> {
  const size = await stat(path).then(
    (entry) => entry.size,
    () => 1,
  )
  if (size === 0) await unlink(path).catch(() => undefined)
}

/**
 * Keeps the newest automatic recordings; files with other names are never touched.
 * @param open paths of those that are being read: they stay as well
 */
export async function pruneRecordings(
  folder: string,
  keep = RECORDINGS_KEPT,
  open: readonly string[] = [],
): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const automatic = names.filter((name) => AUTOMATIC_NAME.test(name))
  const newestFirst = automatic.sort((a, b) => timeOf(b).localeCompare(timeOf(a)))
  // One that cannot be removed now (Windows keeps what is open) is by the next start.
  for (const name of newestFirst.slice(keep))
    if (!open.includes(join(folder, name)))
      await rm(join(folder, name), { force: true }).catch(() => undefined)
}

const timeOf = (name: string): string => name.slice(name.lastIndexOf('_') + 1)
