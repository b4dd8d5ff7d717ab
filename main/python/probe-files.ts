/**
 * The probe's files, which the build takes in as text: where CPython can read them, also out of a
 * packed app, and keep what it compiled of them beside them, so that later starts are fast.
 */
import { createHash, randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

declare global {
  interface ImportMeta {
    /** Put in by the build: texts of files by their path from this one. */
    glob(
      pattern: string,
      options: { readonly query: '?raw'; readonly import: 'default'; readonly eager: true },
    ): Readonly<Record<string, unknown>>
  }
}

const PREFIX = './probe/'
/** What begins a program: beside it lies its package. */
const ENTRY = 'run.py'
const PRIVATE = 0o700
const HASH_CHARACTERS = 16
const ATTEMPTS = 10
/** A version's folder, or one that was being written or moved away. */
const VERSION_FOLDER = /^probe-[0-9a-f]{16}(?:\.[0-9a-f]{16})*$/
/** Of the folder of another version since it was last used: then no program runs from it. */
const UNUSED_MILLISECONDS = 7 * 24 * 3_600_000

/** By path within the probe's folder. */
const FILES: ReadonlyMap<string, string> = new Map(
  Object.entries(
    import.meta.glob('./probe/**/*.py', { query: '?raw', import: 'default', eager: true }),
  ).map(([path, text]) => [path.slice(PREFIX.length), String(text)]),
)

/** `HOME` may be set to nothing; what is joined to that would lie in the current folder. */
const home = (): string => homedir() || userInfo().homedir

/**
 * The platform's folder for what can be made again (on Linux as the XDG base directory specification
 * says).
 */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? home(), 'Interleave')
  if (platform === 'darwin') return join(home(), 'Library', 'Caches', 'Interleave')
  const cache = environment['XDG_CACHE_HOME'] ?? ''
  // The specification: one that is empty or relative is to be ignored.
  return join(isAbsolute(cache) ? cache : join(home(), '.cache'), 'interleave')
}

/**
 * Makes sure that the probe lies in a folder within `parent` that only this user can enter, and that
 * it is unchanged there. Folders of other versions that nobody has used for a week are removed.
 *
 * @returns the path of its run.py.
 */
export async function installProbe(
  parent: string,
  files: ReadonlyMap<string, string> = FILES,
): Promise<Result<string, Refusal>> {
  const folder = join(parent, `probe-${hashOf(files)}`)
  try {
    await markUsed(folder)
    if (!(await isAsWritten(folder, files))) await write(folder, files)
    await removeUnused(parent, Date.now() - UNUSED_MILLISECONDS)
    return success(join(folder, ENTRY))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return failure(
      refusal(
        'environment',
        `The probe for CPython cannot be put into ${folder} (${reason}).`,
        'Make room there, or see to it that the folder can be written.',
      ),
    )
  }
}

function hashOf(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const [path, text] of files) hash.update(`${path}\0${text}\0`)
  return hash.digest('hex').slice(0, HASH_CHARACTERS)
}

/** Several processes may write it at the same time: it appears as a whole, and stays once it is right. */
async function write(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const written = besides(folder)
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(written, path)), { recursive: true, mode: PRIVATE })
      await writeFile(join(written, path), text, { mode: 0o600, flag: 'wx' })
    }
    for (let attempt = 1; !(await moveTo(folder, written)); attempt++) {
      if (await isAsWritten(folder, files)) return
      if (attempt === ATTEMPTS) throw new Error('something else is there again and again')
      await moveAway(folder)
    }
  } finally {
    await rm(written, { recursive: true, force: true })
  }
}

/** A new name in the same folder. */
const besides = (folder: string): string =>
  `${folder}.${randomBytes(HASH_CHARACTERS / 2).toString('hex')}`

/** @returns whether nothing was in the way. */
async function moveTo(folder: string, written: string): Promise<boolean> {
  try {
    await rename(written, folder)
    return true
  } catch (error) {
    const exists = await lstat(folder).catch(() => undefined)
    if (exists === undefined) throw error
    return false
  }
}

async function moveAway(folder: string): Promise<void> {
  const away = besides(folder)
  // Another process may have moved it already.
  await rename(folder, away).catch(() => undefined)
  await rm(away, { recursive: true, force: true })
}

/** For other versions. The files keep their times, by which CPython knows what it compiled of them. */
async function markUsed(folder: string): Promise<void> {
  const now = new Date()
  await utimes(folder, now, now).catch(() => undefined)
}

/** Another version may run beside this one: it uses its folder, or has it anew with its next program. */
async function removeUnused(parent: string, before: number): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((each) => VERSION_FOLDER.test(each))) {
    const path = join(parent, name)
    const status = await lstat(path).catch(() => undefined)
    if (status?.isDirectory() !== true || status.mtimeMs > before) continue
    // As a whole or not at all; what cannot be removed stays.
    await moveAway(path).catch(() => undefined)
  }
}

/** Of this user, closed to others, every file as it was written, and none beside them. */
async function isAsWritten(folder: string, files: ReadonlyMap<string, string>): Promise<boolean> {
  try {
    const status = await lstat(folder)
    if (!status.isDirectory()) return false
    const isOurs = status.uid === process.getuid?.() && (status.mode & 0o077) === 0
    // Windows has neither: there the folder lies in the user's own.
    if (process.platform !== 'win32' && !isOurs) return false
    const there = await filesIn(folder)
    if (there.length !== files.size) return false
    const texts = await Promise.all(
      [...files].map(async ([path, text]) => (await readFile(join(folder, path), 'utf8')) === text),
    )
    return texts.every(Boolean)
  } catch {
    // It is not there, or not whole.
    return false
  }
}

/** But for what CPython compiles. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (!entry.isDirectory()) return [path]
      return entry.name === '__pycache__' ? [] : await filesIn(path)
    }),
  )
  return found.flat()
}
