/**
 * Interpreters of this machine, for tests that run CPython. They run with those they find and say
 * which; with none they are skipped, and that is said as well.
 *
 * INTERLEAVE_TEST_PYTHONS restricts them: paths or versions (`3.13`, `3.13t`), separated by commas;
 * `none`: as on a machine without any; `newest`: only the newest.
 */
import { describe } from 'vitest'
import { discover } from '../../main/python/discovery/discover.ts'
import type { Interpreter } from '../../main/run/contract.ts'

let asked: Promise<readonly Interpreter[]> | undefined

/** Usable ones, newest first; looked for once in a process. */
export function pythons(): Promise<readonly Interpreter[]> {
  asked ??= discover().then((found) =>
    wanted(
      found.map(({ interpreter }) => interpreter).filter(({ unusable }) => unusable === undefined),
    ),
  )
  return asked
}

/** The newest with a GIL. Undefined: there is none. */
export const newestPython = async (): Promise<Interpreter | undefined> =>
  (await pythons()).find(({ freeThreaded }) => !freeThreaded)

/** `3.13`, `3.13t`. */
export const shortVersion = ({ version, freeThreaded }: Interpreter): string =>
  `${version.split('.').slice(0, 2).join('.')}${freeThreaded ? 't' : ''}`

/** The newest of each minor version, free-threaded builds by themselves. */
export async function eachMinorVersion(): Promise<readonly Interpreter[]> {
  const newest = new Map<string, Interpreter>()
  for (const python of await pythons())
    if (!newest.has(shortVersion(python))) newest.set(shortVersion(python), python)
  return [...newest.values()]
}

/**
 * `await describeWithPythons('a fork', tests)`: the tests once for each interpreter, or one that is
 * skipped and says why.
 * @param choose which of those there are; absent: the newest of each minor version
 */
export async function describeWithPythons(
  name: string,
  tests: (python: Interpreter) => void,
  choose: () => Promise<readonly Interpreter[]> = eachMinorVersion,
): Promise<void> {
  const chosen = await choose()
  if (chosen.length === 0) {
    const reason = `${name}: no CPython 3.8 or newer was found, so nothing of it was tested`
    process.stderr.write(`SKIPPED ${reason}\n`)
    describe.skip(reason)
    return
  }
  for (const python of chosen)
    describe(`${name}, CPython ${shortVersion(python)} (${python.version})`, () => tests(python))
}

function wanted(found: readonly Interpreter[]): readonly Interpreter[] {
  const names = (process.env['INTERLEAVE_TEST_PYTHONS'] ?? '').split(',').filter(Boolean)
  if (names.length === 0) return found
  if (names.includes('newest')) return found.slice(0, 1)
  return found.filter(
    (python) => names.includes(python.path) || names.includes(shortVersion(python)),
  )
}
