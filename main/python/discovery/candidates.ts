/**
 * Where interpreters of Python lie on a machine: files that have the right name in the right place.
 * Nothing is run here but the Windows launcher and registry query; whether a file is an interpreter is asked afterwards.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { versionFolders, type Surroundings } from './folders.ts'
import { windowsCandidates } from './windows.ts'

/** A file that may be an interpreter. */
export interface Candidate {
  /** As one would type it: links are not resolved. */
  readonly path: string
  /** `PATH`, `pyenv`. */
  readonly foundBy: string
}

/** More than any machine has; further ones are not asked. */
const MOST_CANDIDATES = 200
const LONGEST_LIST = 256 * 1024

const POSIX_NAME = /^(python(3(\.\d+)?t?)?|pypy(3(\.\d+)?)?|graalpy)$/
const WINDOWS_NAME = /^(python(3(\.\d+)?t?)?|pypy(3(\.\d+)?)?|graalpy)\.exe$/i

/**
 * Each file once: several names of one file in one folder are one candidate. What comes first in
 * PATH comes first.
 */
export async function findCandidates(surroundings: Surroundings): Promise<readonly Candidate[]> {
  const found = new Map<string, Candidate>()
  for (const candidate of await everyCandidate(surroundings)) {
    if (found.size >= MOST_CANDIDATES) break
    const identity = await identityOf(candidate.path)
    if (identity !== undefined && !found.has(identity)) found.set(identity, candidate)
  }
  return [...found.values()]
}

/**
 * The file itself and the folder it is called in: a virtual environment's is a link to another
 * interpreter, and is one of its own by the folder it lies in. By inode, because `python3.13t` is
 * a second name and no link. Undefined: it is no file that can be run.
 */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const [file, folder] = await Promise.all([
      stat(path, { bigint: true }),
      realpath(dirname(path)),
    ])
    if (!file.isFile()) return undefined
    if (process.platform !== 'win32' && (file.mode & 0o111n) === 0n) return undefined
    return `${file.dev}:${file.ino === 0n ? path : file.ino} ${folder}`
  } catch {
    // Gone meanwhile, a link to nothing, or not ours to see.
    return undefined
  }
}

async function everyCandidate(surroundings: Surroundings): Promise<readonly Candidate[]> {
  const { platform, environment } = surroundings
  const path = environment['PATH'] ?? environment['Path'] ?? ''
  const folders = [
    ...path.split(delimiter).map((folder) => ({ folder, foundBy: 'PATH' })),
    ...(await versionFolders(surroundings)),
    ...(await condaEnvironments(surroundings)),
    ...systemFolders(platform),
  ]
  const name = platform === 'win32' ? WINDOWS_NAME : POSIX_NAME
  const lists = await Promise.all(
    folders
      // One that depends on where somebody is would be another file once a program is started.
      .filter(({ folder }) => isAbsolute(folder) && !isFront(folder, platform))
      .map(async ({ folder, foundBy }) =>
        (await namesIn(folder, name))
          .map((file) => ({ path: join(folder, file), foundBy }))
          .filter((candidate) => !isStub(candidate.path, platform)),
      ),
  )
  const listed = lists.flat()
  return platform === 'win32' ? [...listed, ...(await windowsCandidates(surroundings))] : listed
}

/** The plainest name first: `python3`, `python`, `python3.13`. */
async function namesIn(folder: string, name: RegExp): Promise<readonly string[]> {
  if (folder === '') return []
  const files = await readdir(folder).catch(() => [])
  const plainness = (file: string): number => (/^python3(\.exe)?$/i.test(file) ? 0 : file.length)
  return files
    .filter((file) => name.test(file))
    .sort((one, other) => plainness(one) - plainness(other) || (one < other ? -1 : 1))
}

/**
 * Folders of files that only choose an interpreter and start it (pyenv's, asdf's, mise's shims),
 * and of the Windows Store's aliases, which open the Store when nothing is installed.
 */
const isFront = (folder: string, platform: NodeJS.Platform): boolean =>
  /[\\/]shims[\\/]?$/.test(folder) || (platform === 'win32' && /[\\/]WindowsApps\b/i.test(folder))

/** On macOS it offers in a dialog to install the developer tools; theirs is looked for itself. */
const isStub = (path: string, platform: NodeJS.Platform): boolean =>
  platform === 'darwin' && /^\/usr\/bin\/python3?$/.test(path)

/** An app that is started from a desktop has a shorter PATH than a terminal. */
const systemFolders = (platform: NodeJS.Platform) =>
  platform === 'win32'
    ? []
    : ['/usr/local/bin', '/usr/bin'].map((folder) => ({ folder, foundBy: 'system' }))

/** conda writes down every environment it makes, wherever that is. */
async function condaEnvironments({ home, platform }: Surroundings) {
  const list = join(home, '.conda', 'environments.txt')
  const size = await stat(list).then(
    (file) => (file.isFile() ? file.size : Infinity),
    () => Infinity,
  )
  if (size > LONGEST_LIST) return []
  const text = await readFile(list, 'utf8').catch(() => '')
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, MOST_CANDIDATES)
    .map((prefix) => ({
      folder: platform === 'win32' ? prefix : join(prefix, 'bin'),
      foundBy: 'conda',
    }))
}
