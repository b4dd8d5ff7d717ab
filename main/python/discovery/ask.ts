/** Asks a file whether it is an interpreter of Python, and which. */
import { stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute } from 'node:path'
import { failure, success, type Result } from '../../core/result.ts'
import type { Interpreter } from '../../run/contract.ts'
import { boundedOutput, type Ended } from './bounded-output.ts'
import type { Candidate } from './candidates.ts'
import {
  QUESTION,
  readDescription,
  versionText,
  type Description,
  type Version,
} from './description.ts'

/** A first start after an installation compiles what it imports, on a slow disk with a virus scanner. */
export const ANSWER_MILLISECONDS = 10_000
const LONGEST_ANSWER = 64 * 1024
/** Major and minor. */
export const OLDEST = [3, 8] as const

export interface FoundInterpreter {
  readonly interpreter: Interpreter
  readonly version: Version
  /** The same for whatever starts the same interpreter in the same environment. */
  readonly identity: string
}

export interface AskOptions {
  readonly environment?: Readonly<NodeJS.ProcessEnv>
  readonly milliseconds?: number
  /** Aborted: what is being asked is killed, and nothing more is started. */
  readonly signal?: AbortSignal | undefined
}

/** @returns or, in one sentence, what it said instead. */
export async function askInterpreter(
  { path, foundBy }: Candidate,
  { environment = process.env, milliseconds = ANSWER_MILLISECONDS, signal }: AskOptions = {},
): Promise<Result<FoundInterpreter, string>> {
  // -I: nothing of the folder, the user or the environment takes part; -B: nothing is written.
  const ended = await boundedOutput(path, ['-I', '-B', '-c', QUESTION], {
    milliseconds,
    bytes: LONGEST_ANSWER,
    environment: withoutPythonPaths(environment),
    signal,
  })
  const description = ended.how === 'code' ? readDescription(ended.out) : undefined
  if (description === undefined) return failure(whatItSaid(ended, milliseconds))
  return success({
    interpreter: toInterpreter(typed(path, description), foundBy, description),
    version: description.version,
    identity: await identityOf(path, description),
  })
}

/** They would lead one interpreter to another's standard library, which -I does not prevent in wrappers. */
function withoutPythonPaths(environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const foreign = new Set(['PYTHONHOME', 'PYTHONPATH'])
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !foreign.has(name.toUpperCase())),
  )
}

function whatItSaid({ how, value, error }: Ended, milliseconds: number): string {
  switch (how) {
    case 'start':
      return `It cannot be started${value === '' ? '' : ` (${value})`}.`
    case 'time':
      return `It did not answer within ${milliseconds / 1_000} s.`
    case 'abort':
      return 'It was not waited for.'
    case 'bytes':
      return 'It printed without end.'
    case 'signal':
      return `It was ended by ${value}.`
    case 'code':
      return value === '0'
        ? 'It gave no answer of a Python.'
        : `It ended with ${value}${lastLine(error)}`
  }
}

/** `: Unknown option: -I`, or a full stop. */
function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1)?.trim() ?? ''
  // eslint-disable-next-line no-control-regex -- a terminal's escapes are no words
  const plain = line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '').slice(0, 200)
  return plain === '' ? '.' : `: ${plain}`
}

const toInterpreter = (path: string, foundBy: string, of: Description): Interpreter => {
  const unusable = whyUnusable(of)
  return {
    path,
    implementation: of.implementation,
    version: versionText(of.version),
    freeThreaded: of.freeThreaded,
    gil: of.gil,
    startMethods: of.startMethods,
    defaultStartMethod: of.defaultStartMethod,
    foundBy,
    ...(unusable !== undefined && { unusable }),
  }
}

function whyUnusable({ implementation, version, mmap }: Description): string | undefined {
  const [major, minor] = OLDEST
  const install = `Install CPython ${major}.${minor} or newer`
  if (implementation !== 'CPython')
    return `It is ${implementation}, whose threads and locks are not CPython’s. ${install}.`
  if (version.major > major)
    return 'It is newer than Interleave knows. Look for a newer Interleave.'
  if (version.major < major || version.minor < minor)
    return `It is older than ${major}.${minor}. ${install}.`
  if (!mmap)
    return 'It was built without the module mmap, which tracing needs. Install a whole one.'
  return undefined
}

/** What a version manager's front leads to: that alone may choose another one in another folder. */
const typed = (path: string, { executable }: Description): string =>
  basename(dirname(path)) === 'shims' && isAbsolute(executable) ? executable : path

/**
 * Real path of what runs and its prefix: a virtual environment runs the file of the interpreter that
 * it was made from, with a prefix of its own. By inode, which also knows second names of a file.
 */
async function identityOf(path: string, { executable, prefix }: Description): Promise<string> {
  const entry =
    (await stat(executable, { bigint: true }).catch(() => undefined)) ??
    (await stat(path, { bigint: true }).catch(() => undefined))
  const file = entry === undefined || entry.ino === 0n ? path : `${entry.dev}:${entry.ino}`
  return `${file} ${prefix}`
}
