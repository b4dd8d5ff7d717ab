/** The checks: each is one command that says nothing and exits 0, or says what is wrong. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { build, root } from './set-up.mjs'

const TIMEOUT_MS = 600_000

const tool = (path, ...args) => [join('node_modules', path), ...args]
const types = (runtime) => tool('typescript/bin/tsc', '-p', `build/tsconfig.${runtime}.json`)

/** The slow ones first, so that the last one to start is short. */
const COMMANDS = {
  eslint: tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  'svelte-check': tool(
    'svelte-check/bin/svelte-check',
    ...['--tsconfig', 'build/tsconfig.dom.json', '--fail-on-warnings', '--output', 'human'],
  ),
  'types-test': types('test'),
  'types-node': types('node'),
  'types-neutral': types('neutral'),
  'types-preload': types('preload'),
  prettier: tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  knip: tool('knip/bin/knip.js', '--config', 'build/knip.json', '--no-progress'),
  boundaries: tool(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ...['--config', 'build/boundaries.cjs', 'main', 'preload', 'renderer'],
  ),
  'size-limit': tool('size-limit/bin.js', '--config', 'build/size-limit.mjs', '--silent'),
}

export const CHECKS = ['build', ...Object.keys(COMMANDS)]

/** @returns {Promise<{ ok: boolean, output: string }>} */
function run(command) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ ok: false, output: String(error) }))
    child.on('close', (code, signal) => {
      if (signal !== null) output += `\nended by ${signal} (the limit is ${TIMEOUT_MS / 1000} s)`
      resolve({ ok: code === 0, output })
    })
  })
}

/**
 * Runs them, as many at once as there are processors; says how each went.
 *
 * @param {readonly string[]} names of CHECKS
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runChecks(names = CHECKS) {
  const failed = []
  const report = (name, started, { ok, output }) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`)
    if (ok) return
    failed.push(name)
    process.stdout.write(`${output.trim()}\n\n`)
  }
  if (names.includes('build')) {
    const started = performance.now()
    report('build', started, build())
  }
  const waiting = names.filter((name) => name !== 'build')
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const started = performance.now()
      report(name, started, await run(COMMANDS[name]))
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker))
  return failed
}
