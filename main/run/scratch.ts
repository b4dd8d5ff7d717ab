/**
 * Folders of a run for its programs under CPython: their texts, and what their probes write. The
 * host names one, the runner makes both, either removes them. Those for demos of the user's own are
 * the host's alone.
 */
import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, readlinkSync, rmSync, statfsSync, symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

const PREFIX = 'interleave-python-'
const OWN_PREFIX = 'interleave-own-'
const FOLDER = /^interleave-(?:python|own)-[0-9a-f]{12}$/
const NAME_BYTES = 6
/** A file system in memory: what is written there costs the program no disk. */
const MEMORY = '/dev/shm'
/** With less room than this trace files go to the disk. */
const LEAST_FREE_BYTES = 512 * 2 ** 20
/** Points to the process that made it. */
const OWNER = 'owner'
const PRIVATE = 0o700
/** A folder younger than this may belong to a runner that is about to make itself its owner. */
const STALE_AFTER_MILLISECONDS = 10_000

/** A new name; nothing of it exists yet. */
export const chooseScratch = (directory: string): string =>
  join(directory, PREFIX + randomBytes(NAME_BYTES).toString('hex'))

/** For the modules of a demo of the user's own. */
export const chooseOwnFolder = (directory: string): string =>
  join(directory, OWN_PREFIX + randomBytes(NAME_BYTES).toString('hex'))

/** What fails is the place that the user's environment names. */
export async function makeOwnFolder(folder: string): Promise<Result<undefined, Refusal>> {
  try {
    await own(folder)
    return success(undefined)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return failure(
      refusal(
        'environment',
        `The folder for temporary files, ${dirname(folder)}, cannot be used (${code}).`,
        'Set TMPDIR to one that can be written to.',
      ),
    )
  }
}

/**
 * Makes the folder.
 * @returns the folder for traces: within it, or in memory where there is room.
 * @throws Error in words for the user
 */
export async function makeScratch(scratch: string): Promise<string> {
  const made = await makeOwnFolder(scratch)
  if (!made.ok) throw new Error(`${made.failure.message} ${made.failure.remedy}`)
  const inMemory = inMemoryOf(scratch)
  if (inMemory === undefined || !hasRoom()) return join(scratch, 'traces')
  try {
    await own(inMemory)
    return join(inMemory, 'traces')
  } catch {
    // The system refuses: a disk does as well.
    return join(scratch, 'traces')
  }
}

/** By the runner at its end, and by its host: whatever cannot be removed, the next start does. */
export function removeScratchNow(scratch: string): void {
  for (const folder of [scratch, inMemoryOf(scratch)]) if (folder !== undefined) removeNow(folder)
}

function removeNow(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    // There is nobody to tell.
  }
}

/** Removes what this user's runners left that were killed together with their hosts. */
export function removeStaleScratch(directory: string): void {
  for (const parent of new Set([directory, MEMORY]))
    for (const name of namesIn(parent))
      if (FOLDER.test(name) && isStale(join(parent, name))) removeNow(join(parent, name))
}

async function own(folder: string): Promise<void> {
  await mkdir(folder, { mode: PRIVATE })
  // Windows asks for a privilege; there a folder of temporary files is cleared by the system.
  if (process.platform !== 'win32') symlinkSync(`/proc/${process.pid}`, join(folder, OWNER))
}

const inMemoryOf = (scratch: string): string | undefined =>
  process.platform === 'linux' ? join(MEMORY, basename(scratch)) : undefined

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= LEAST_FREE_BYTES
  } catch {
    return false
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isStale(folder: string): boolean {
  try {
    const status = lstatSync(folder)
    if (!status.isDirectory() || status.uid !== process.getuid?.()) return false
    if (Date.now() - status.mtimeMs < STALE_AFTER_MILLISECONDS) return false
    const owner = Number(basename(readlinkSync(join(folder, OWNER))))
    return !isAlive(owner)
  } catch {
    // It concerns a folder that is not this run's: it stays.
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
