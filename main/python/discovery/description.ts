/** What an interpreter is asked about itself, and what is believed of its answer. */
import { START_METHODS, type StartMethod } from '../../run/contract.ts'

/** The answer is the line that begins with it: what else start-up files print does not matter. */
export const ANSWER = 'interleave-python:'

/** Runs on CPython 3.2 to 3.15 and on others; imports nothing that changes what it is asked about. */
export const QUESTION = `
import json, sys
def ask(what, otherwise):
    try:
        return what()
    except BaseException:
        return otherwise
def build():
    import sysconfig
    return bool(sysconfig.get_config_var('Py_GIL_DISABLED'))
def methods():
    import multiprocessing
    return multiprocessing.get_all_start_methods()
def default():
    import multiprocessing
    return multiprocessing.get_start_method()
def has_mmap():
    import mmap
    return True
gil = ask(lambda: sys._is_gil_enabled(), True)
sys.stdout.write('\\n${ANSWER}' + json.dumps({
    'version': list(sys.version_info),
    'implementation': sys.implementation.name,
    'executable': sys.executable or '',
    'prefix': sys.prefix,
    'freeThreaded': ask(build, False),
    'gil': gil,
    'startMethods': ask(methods, []),
    'defaultStartMethod': ask(default, ''),
    'mmap': ask(has_mmap, False),
}) + '\\n')
`

export interface Version {
  readonly major: number
  readonly minor: number
  readonly micro: number
  readonly level: string
  readonly serial: number
}

export interface Description {
  readonly version: Version
  /** `CPython`. */
  readonly implementation: string
  readonly executable: string
  readonly prefix: string
  readonly freeThreaded: boolean
  readonly gil: boolean
  readonly startMethods: readonly StartMethod[]
  readonly defaultStartMethod: StartMethod | ''
  /** It has the module that the probe writes its trace with. */
  readonly mmap: boolean
}

const LONGEST_PATH = 4_096
const LEVELS = new Map([
  ['alpha', 'a'],
  ['beta', 'b'],
  ['candidate', 'rc'],
  ['final', ''],
])
const NAMES = new Map([
  ['cpython', 'CPython'],
  ['pypy', 'PyPy'],
  ['graalpy', 'GraalPy'],
])

/** @returns undefined: there is no answer in it, or not one that an interpreter gives. */
export function readDescription(output: string): Description | undefined {
  const line = output.split('\n').findLast((each) => each.startsWith(ANSWER))
  if (line === undefined) return undefined
  let answer: unknown
  try {
    answer = JSON.parse(line.slice(ANSWER.length))
  } catch {
    return undefined
  }
  return checkDescription(answer)
}

export function checkDescription(answer: unknown): Description | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const fields = answer as Readonly<Record<string, unknown>>
  const version = checkVersion(fields['version'])
  const { implementation, executable, prefix, freeThreaded, gil, mmap } = fields
  if (version === undefined) return undefined
  if (typeof implementation !== 'string' || !/^[\w.-]{1,40}$/.test(implementation)) return undefined
  if (!isPath(executable) || !isPath(prefix)) return undefined
  if (typeof freeThreaded !== 'boolean' || typeof gil !== 'boolean') return undefined
  if (typeof mmap !== 'boolean') return undefined
  const given = fields['startMethods']
  if (!Array.isArray(given)) return undefined
  const startMethods = START_METHODS.filter((method) => given.includes(method))
  const first = startMethods.find((method) => method === fields['defaultStartMethod'])
  return {
    ...{ version, executable, prefix, freeThreaded, gil, startMethods, mmap },
    implementation: NAMES.get(implementation) ?? implementation,
    defaultStartMethod: first ?? '',
  }
}

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_PATH

function checkVersion(value: unknown): Version | undefined {
  if (!Array.isArray(value) || value.length !== 5) return undefined
  const [major, minor, micro, level, serial] = value as readonly unknown[]
  if (!isCount(major) || !isCount(minor) || !isCount(micro) || !isCount(serial)) return undefined
  return typeof level === 'string' && LEVELS.has(level)
    ? { major, minor, micro, level, serial }
    : undefined
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1_000

/** `3.13.0`, `3.15.0b2`. */
export function versionText({ major, minor, micro, level, serial }: Version): string {
  const suffix = LEVELS.get(level) ?? ''
  return `${major}.${minor}.${micro}${suffix === '' ? '' : `${suffix}${serial}`}`
}
