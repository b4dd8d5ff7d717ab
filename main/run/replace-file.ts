import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a whole file so that its name always shows the old content or the new, never a part:
 * a temporary file beside it, flushed to the disk, then renamed over it. On failure the temporary
 * file is removed and the old one is untouched.
 *
 * @throws NodeJS.ErrnoException
 */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('hex')}.interleave-tmp`,
  )
  // 'wx' is O_EXCL: neither an existing file nor a link is followed.
  const file = await open(temporary, 'wx', 0o644)
  try {
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
