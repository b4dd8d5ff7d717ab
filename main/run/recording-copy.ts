/** A recording that arrives as bytes, in a file of its own for as long as it is open. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

const MEBIBYTE = 2 ** 20
/** More than a hundred million events take. */
const MOST_BYTES = 2_048 * MEBIBYTE
/** What a copy leaves free for everybody else. */
const LEAST_FREE_BYTES = 512 * MEBIBYTE
const FOLDER = /^interleave-copy-(\d+)-[0-9a-f]{12}$/

export interface IncomingFile {
  /** As its owner calls it: for words only. */
  readonly name: string
  readonly content: AsyncIterable<Uint8Array>
}

export interface RecordingCopy {
  readonly path: string
  remove(): Promise<void>
}

/** A failure leaves nothing behind. @param most bytes */
export async function receiveCopy(
  { name, content }: IncomingFile,
  most = MOST_BYTES,
): Promise<Result<RecordingCopy, Refusal>> {
  const parent = tmpdir()
  await removeStaleCopies(parent)
  const folder = join(parent, `interleave-copy-${process.pid}-${randomBytes(6).toString('hex')}`)
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await mkdir(folder, { mode: 0o700 })
    const path = join(folder, fileName(name))
    const free = await statfs(folder)
    const room = Math.min(most, free.bavail * free.bsize - LEAST_FREE_BYTES)
    if (await write(path, content, room)) return success({ path, remove })
    await remove()
    return failure(
      refusal(
        'environment',
        `${basename(path)} is too large to be handed over (more than ${Math.max(0, Math.floor(room / MEBIBYTE))} MiB).`,
        'Put it into the recordings folder, or open it with: interleave open FILE.',
      ),
    )
  } catch (error) {
    await remove()
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return failure(
      refusal('environment', `${fileName(name)} did not arrive whole (${code}).`, 'Open it again.'),
    )
  }
}

/** @returns whether all of it found room. */
async function write(
  path: string,
  content: AsyncIterable<Uint8Array>,
  room: number,
): Promise<boolean> {
  const file = await open(path, 'wx', 0o600)
  try {
    let length = 0
    for await (const bytes of content) {
      length += bytes.length
      if (length > room) return false
      await file.writeFile(bytes)
    }
    return true
  } finally {
    await file.close()
  }
}

/** How a person knows this file: a copy by its name alone, any other by its path. */
export const knownAs = (path: string): string =>
  FOLDER.test(basename(dirname(path))) ? basename(path) : path

/** Of any name one that is a file's in a folder: letters, figures and a few signs. */
function fileName(name: string): string {
  const plain = basename(name.replaceAll('\\', '/'))
    .replaceAll(/[^\p{L}\p{N} ._()-]/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(0, 100)
  return plain === '' ? 'recording.ilv' : plain
}

/** Of hosts that were killed. */
async function removeStaleCopies(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, pid] = FOLDER.exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    // Whatever goes wrong here concerns a folder that is not this host's: it stays.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
