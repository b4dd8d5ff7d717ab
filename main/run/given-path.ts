import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

const LONGEST = 4_096

/**
 * A path that came from outside: absolute, or below the user's folder (`~/x.py`). It is relative to
 * nothing, because whoever typed it does not know where Interleave was started.
 */
export function givenPath(given: unknown): Result<string, Refusal> {
  if (typeof given !== 'string' || given === '' || given.length > LONGEST || given.includes('\0'))
    return failure(refusal('usage', 'This is no path of a file.', 'Give an absolute path.'))
  const path = given.trim()
  const full = /^~(?=$|[\\/])/.test(path) ? join(homedir(), path.slice(1)) : path
  if (isAbsolute(full)) return success(resolve(full))
  return failure(
    refusal(
      'usage',
      `${JSON.stringify(path)} is not an absolute path.`,
      'Begin it with / or ~/, on Windows with a drive.',
    ),
  )
}
