/**
 * The folder for the large items of a run's process queues: in a file system in memory, where there
 * is one, under the name of the socket's folder, so that whoever knows the address knows it. Only
 * this user can enter it. The host removes it as it removes the socket.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Disposable } from '../core/disposables.ts'
import type { PartialFrame } from '../multiprocessing/frames.ts'
import { leaveLarge, removeLarge } from '../multiprocessing/queues/large-items.ts'

const MEMORY = '/dev/shm'
const FOLDER = /^interleave-[0-9a-f]{12}$/
/** Points to the runner in /proc. */
const OWNER = 'owner'
/** With less room than this items go through the socket. */
const LEAST_FREE_BYTES = 256 * 2 ** 20
/** As for the socket's folder (socket-address.ts). */
const STALE_AFTER_MILLISECONDS = 10_000

const folderOf = (address: string): string | undefined =>
  process.platform === 'linux' ? join(MEMORY, basename(dirname(address))) : undefined

/** The folder of the run with this address; undefined: it has none. */
export function findItemFolder(address: string): string | undefined {
  const folder = folderOf(address)
  return folder !== undefined && existsSync(folder) ? folder : undefined
}

/** The runner's: made when it is asked for first, removed by `dispose`. */
export class ItemFolder implements Disposable {
  readonly #address: string | undefined
  #made = false
  #path: string | undefined

  /** @param address the run's; undefined: there is none, and no such folder. */
  constructor(address: string | undefined) {
    this.#address = address
  }

  /** Undefined: large items go through the socket. */
  get path(): string | undefined {
    return this.#makeOnce()
  }

  /** Makes the folder, for a child that is going to look for it. */
  make(): void {
    this.#makeOnce()
  }

  /** A process is gone. @returns the items that it was in the middle of writing. */
  leave(process: number): readonly PartialFrame[] {
    return this.#path === undefined ? [] : leaveLarge(this.#path, process)
  }

  /** A queue is no longer there. */
  remove(queue: number): void {
    if (this.#path !== undefined) removeLarge(this.#path, queue)
  }

  dispose(): void {
    if (this.#path !== undefined && this.#address !== undefined) removeItemFolder(this.#address)
  }

  #makeOnce(): string | undefined {
    if (!this.#made && this.#address !== undefined) this.#path = makeItemFolder(this.#address)
    this.#made = true
    return this.#path
  }
}

/** @returns undefined where there is no such file system, or too little room. */
function makeItemFolder(address: string): string | undefined {
  const folder = folderOf(address)
  if (folder === undefined) return undefined
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    if (bavail * bsize < LEAST_FREE_BYTES) return undefined
    mkdirSync(folder, { mode: 0o700 })
    symlinkSync(`/proc/${process.pid}`, join(folder, OWNER))
    return folder
  } catch {
    // It is there already, and so somebody else's, or the system refuses: items go another way.
    return undefined
  }
}

/** After the run, or by a process that is about to end. */
export function removeItemFolder(address: string): void {
  const folder = folderOf(address)
  try {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  } catch {
    // Whatever cannot be removed now, the next start removes.
  }
}

/** Removes what this user's runs left that were killed together with their hosts. */
export function removeStaleItemFolders(): void {
  if (process.platform !== 'linux' || !existsSync(MEMORY)) return
  for (const name of readdirSync(MEMORY)) {
    const folder = join(MEMORY, name)
    try {
      if (FOLDER.test(name) && isStale(folder)) rmSync(folder, { recursive: true, force: true })
    } catch {
      // It concerns a folder that is not this run's: it stays.
    }
  }
}

function isStale(folder: string): boolean {
  const status = lstatSync(folder)
  if (!status.isDirectory() || status.uid !== process.getuid?.()) return false
  if (Date.now() - status.mtimeMs < STALE_AFTER_MILLISECONDS) return false
  // Follows the link: false when the runner has gone.
  return !existsSync(join(folder, OWNER))
}
