/** The user's own Python scripts: looked at before they are run, and run only as they were agreed to. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import type { ScriptFile, ScriptTarget } from './contract.ts'
import { givenPath } from './given-path.ts'
import { Remembered } from './remembered.ts'
import { leadsToScript } from './script-name.ts'

export const LARGEST_SCRIPT = 4 * 1024 * 1024
const MOST_CONSENTS = 1_000
/** `SHA-256 path`: what was agreed to, and where it lay. */
const CONSENT = /^[0-9a-f]{64} ./
const EXTENSIONS: readonly string[] = ['.py', '.pyw']

export class Scripts {
  readonly #consents: Remembered

  /** @param data folder in which consents are remembered */
  constructor(data: string) {
    const isConsent = (entry: string): boolean => CONSENT.test(entry)
    this.#consents = new Remembered(join(data, 'consents.json'), isConsent, MOST_CONSENTS)
  }

  /** Nothing of it is run. A mistake in its text is no reason to refuse it: the program says that. */
  async examine(given: unknown): Promise<Result<ScriptFile, Refusal>> {
    const path = givenPath(given)
    if (!path.ok) return path
    const read = await readScript(path.value)
    if (!read.ok) return read
    const sha256 = hashOf(read.value)
    const consents = await this.#consents.entries()
    return success({
      path: path.value,
      folder: dirname(path.value),
      bytes: read.value.length,
      sha256,
      consented: consents.includes(consentOf(path.value, sha256)),
    })
  }

  /** Right before it is run: the file is still what its user saw, and its folder is there. */
  async check(target: ScriptTarget): Promise<Result<ScriptFile, Refusal>> {
    const { path, folder, consent } = target
    const now = await this.examine(path)
    if (!now.ok) return now
    if (now.value.sha256 !== consent)
      return failure(
        refusal(
          'usage',
          `${path} is not the file any more that you agreed to run.`,
          'Look at it and open it again.',
        ),
      )
    const isFolder = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    if (!isFolder)
      return failure(
        refusal('usage', `There is no folder ${folder}.`, 'Choose another working folder.'),
      )
    if (!(await leadsToScript(target)))
      return failure(
        refusal('usage', `${target.name} in ${folder} is not ${path}.`, 'Give its whole path.'),
      )
    return now
  }

  /** Whoever starts a script agrees to run exactly this file, also the next time. */
  remember({ path, consent }: Pick<ScriptTarget, 'path' | 'consent'>): Promise<void> {
    return this.#consents.add(consentOf(path, consent))
  }
}

const consentOf = (path: string, sha256: string): string => `${sha256} ${path}`

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** SHA-256 of the script as it is now, in hexadecimal; '' where it cannot be read or is no script. */
export async function digestOf(path: string): Promise<string> {
  const read = await readScript(path)
  return read.ok ? hashOf(read.value) : ''
}

async function readScript(path: string): Promise<Result<Buffer, Refusal>> {
  const content = await readBounded(path)
  if (!content.ok) return content
  const why = whyNoPython(path, content.value)
  if (why === undefined) return content
  return failure(
    refusal('usage', `${basename(path)} is not a Python file: ${why}.`, 'Choose a Python script.'),
  )
}

async function readBounded(path: string): Promise<Result<Buffer, Refusal>> {
  try {
    const entry = await stat(path)
    if (!entry.isFile())
      return failure(refusal('usage', `${path} is not a file.`, 'Choose a Python script.'))
    // Not blocking: a pipe that has taken the file's place meanwhile would never open.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const buffer = Buffer.alloc(Math.min(entry.size, LARGEST_SCRIPT) + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
        length += bytesRead
        if (bytesRead === 0 || length === buffer.length) break
      }
      if (length <= LARGEST_SCRIPT && length <= entry.size)
        return success(buffer.subarray(0, length))
      const message =
        length > LARGEST_SCRIPT
          ? `${path} is larger than ${LARGEST_SCRIPT / 1024 / 1024} MiB.`
          : `${path} is being written to.`
      return failure(refusal('usage', message, 'Choose a Python script.'))
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const message =
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`
    return failure(refusal('environment', message, 'Choose another file.'))
  }
}

/** Undefined: it may be one. */
function whyNoPython(path: string, content: Buffer): string | undefined {
  if (content.includes(0)) return 'it is binary'
  const lines = content
    .subarray(0, 1_000)
    .toString('latin1')
    .split(/\r\n|\r|\n/, 2)
  const isNamed = EXTENSIONS.includes(extname(path).toLowerCase())
  if (!isNamed && !/^#!.*\b(python|pypy)/.test(lines[0] ?? ''))
    return 'its name does not end in .py, and its first line names no Python'
  if (isUtf8(content) || lines.some((line) => CODING.test(line))) return undefined
  return 'it is not UTF-8, and its first two lines name no other coding'
}

/** PEP 263: in one of the first two lines. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+/

function isUtf8(content: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content)
    return true
  } catch {
    return false
  }
}
