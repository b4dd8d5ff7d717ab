/** CPython as a peer, where the machine has one; test/bench/peers.py measures. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BenchContext, BenchPeer } from './bench.ts'
import { median } from './measure.ts'

const run = promisify(execFile)
const DESCRIBE =
  "import platform, sysconfig; print(platform.python_implementation(), platform.python_version() + ('' if '--enable-optimizations' in (sysconfig.get_config_var('CONFIG_ARGS') or '') else ' (not optimised)'))"

let named: Promise<string | undefined> | undefined

/** `CPython 3.11.7`; undefined: there is none. */
const interpreter = (): Promise<string | undefined> =>
  (named ??= run('python3', ['-c', DESCRIBE]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  ))

/** @returns nothing where there is no python3. @throws Error when it is there and fails. */
export async function python(
  { out }: BenchContext,
  what: string,
  measure: string,
  ...args: readonly string[]
): Promise<readonly BenchPeer[]> {
  const name = await interpreter()
  if (name === undefined) return []
  const script = join(out, '../test/bench/peers.py')
  const { stdout } = await run('python3', [script, measure, ...args], { timeout: 60_000 })
  return [{ name: `${name} ${what}`, value: median(stdout.trim().split('\n').map(Number)) }]
}
