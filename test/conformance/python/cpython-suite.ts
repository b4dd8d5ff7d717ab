/** Runs modules of CPython's own `test` package under the probe and without it. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Interpreter } from '../../../main/run/contract.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const RUNNER = here('run_suite.py')
const PROBE = here('../../../main/python/probe/run.py')
/** What fails with the probe alone may fail by chance: it has so many further attempts. */
const ATTEMPTS = 2
const SILENCE_MILLISECONDS = 600_000

export interface Comparison {
  /** Ids of the tests that passed without the probe. */
  readonly plain: ReadonlySet<string>
  readonly probed: ReadonlySet<string>
  /** Passed without the probe, and in no attempt with it. */
  readonly broken: readonly string[]
  /** What the broken ones said. */
  readonly detail: string
}

/** Whether the interpreter has this module; many systems ship Python without its tests. */
export async function ships(python: Interpreter, module: string): Promise<boolean> {
  const code =
    'import sys; from importlib.util import find_spec; sys.exit(not find_spec(sys.argv[1]))'
  return (await run(python.path, ['-c', code, module], tmpdir())).code === 0
}

export async function compare(python: Interpreter, module: string): Promise<Comparison> {
  const plain = await suite(python, [module], false)
  const probed = await suite(python, [module], true)
  const passed = new Set(probed.passed)
  let broken = [...plain.passed].filter((id) => !passed.has(id))
  let detail = probed.errors
  for (let attempt = 0; attempt < ATTEMPTS && broken.length > 0; attempt++) {
    const again = await suite(python, broken, true)
    for (const id of again.passed) passed.add(id)
    // Those that fail without the probe, too, fail by themselves.
    const control = await suite(python, broken, false)
    broken = broken.filter((id) => !again.passed.has(id) && control.passed.has(id))
    detail = again.errors
  }
  return { plain: plain.passed, probed: passed, broken, detail }
}

interface Outcome {
  readonly passed: ReadonlySet<string>
  readonly errors: string
}

/** In a folder of its own: the tests leave files where they run. */
async function suite(
  python: Interpreter,
  names: readonly string[],
  isProbed: boolean,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'cpython-'))
  try {
    const report = join(folder, 'report')
    const trace = join(folder, 'trace')
    const work = join(folder, 'work')
    for (const made of [trace, work]) mkdirSync(made)
    const command = [...(isProbed ? [PROBE, '--trace', trace, '--'] : []), RUNNER, report, ...names]
    const { errors } = await run(python.path, command, work)
    const lines = readFileSync(report, 'utf8').split('\n')
    const passed = lines.flatMap((line) => (line.startsWith('passed ') ? [line.slice(7)] : []))
    return { passed: new Set(passed), errors }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** In a process group of its own, of which nothing is left. */
function run(
  path: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: SILENCE_MILLISECONDS,
      killSignal: 'SIGKILL',
    })
    const errors: Buffer[] = []
    child.stderr.on('data', (data: Buffer) => errors.push(data))
    child.on('error', reject)
    child.on('exit', () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // The group has ended already.
      }
    })
    child.on('close', (code) => resolve({ code, errors: Buffer.concat(errors).toString() }))
  })
}
