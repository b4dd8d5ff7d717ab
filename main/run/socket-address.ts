/** Names for a runner's socket: in a folder of its own that only this user can enter. */
import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { OSError } from '../multiprocessing/errors.ts'

/** sun_path without its terminating zero. Longer names are cut silently by some versions of Node. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'darwin' ? 103 : 107
const PREFIX = 'interleave-'
const NAME_BYTES = 6
const FOLDER = /^interleave-[0-9a-f]{12}$/
const SOCKET = 's'
/** A folder younger than this may belong to a runner that is about to listen. */
const STALE_AFTER_MILLISECONDS = 10_000

/**
 * A new address, nothing of which exists yet; on Windows a named pipe, elsewhere a path.
 * @throws OSError when the path would be too long.
 */
export function chooseAddress(directory: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\interleave-${randomUUID()}`
  const name = PREFIX + randomBytes(NAME_BYTES).toString('hex')
  const address = join(directory, name, SOCKET)
  const length = Buffer.byteLength(address)
  if (length > MAX_SOCKET_PATH_BYTES)
    throw new OSError(
      `the folder for temporary files has too long a name (${directory}): a socket in it would ` +
        `have ${length} bytes, and the system allows ${MAX_SOCKET_PATH_BYTES}. ` +
        'Set TMPDIR to a folder with a shorter name.',
    )
  return address
}

/** The same; undefined when the path would be too long. */
export function addressIn(directory: string): string | undefined {
  try {
    return chooseAddress(directory)
  } catch {
    return undefined
  }
}

/**
 * Makes the address's folder, with mode 0700: whoever listens does it just before.
 * @throws OSError when the folder cannot be made, or is there already: then it is somebody else's.
 */
export async function makeAddressFolder(address: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    await mkdir(dirname(address), { mode: 0o700 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new OSError(`cannot make a folder for the socket: ${reason}`, { cause: error })
  }
}

export async function removeAddress(address: string): Promise<void> {
  if (process.platform !== 'win32') await rm(dirname(address), { recursive: true, force: true })
}

/** The same for a process that is about to end. Whatever it cannot remove, the next start does. */
export function removeAddressNow(address: string): void {
  if (process.platform === 'win32') return
  try {
    rmSync(dirname(address), { recursive: true, force: true })
  } catch {
    // There is nobody left to tell.
  }
}

/** Removes what this user's runners left that were killed: folders whose socket nobody answers. */
export async function removeStale(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const names = await readdir(directory).catch(() => [])
  const folders = names.filter((name) => FOLDER.test(name)).map((name) => join(directory, name))
  await Promise.all(
    folders.map(async (folder) => {
      // Whatever goes wrong here concerns a folder that is not this runner's: it stays.
      if (await isStale(folder).catch(() => false))
        await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    }),
  )
}

async function isStale(folder: string): Promise<boolean> {
  const status = await lstat(folder)
  if (!status.isDirectory() || status.uid !== process.getuid?.()) return false
  if (Date.now() - status.mtimeMs < STALE_AFTER_MILLISECONDS) return false
  const entries = await readdir(folder)
  if (entries.length === 0) return true
  if (entries.length !== 1 || entries[0] !== SOCKET) return false
  return isRefused(join(folder, SOCKET))
}

const isRefused = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'))
  })
