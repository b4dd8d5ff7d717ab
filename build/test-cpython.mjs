/**
 * `npm run test:cpython`: CPython's own suites of threads, queues, processes and executors, under
 * the probe and without it, on every interpreter found that ships them. A test that passes without
 * the probe and fails with it is a failure, unless test/conformance/python/known-differences.json
 * has it with a reason. Takes minutes for each interpreter. Exit codes: 0, 1 when anything failed, 2
 * for a wrong option.
 */
import './node-version.mjs'

const { spawn } = await import('node:child_process')
const { join } = await import('node:path')
const { describeOptions, parseArguments, runCommand } = await import('./arguments.mjs')

const COMMAND = 'npm run test:cpython'
const OPTIONS = {
  suites: { type: 'string', value: 'NAMES', help: 'modules, such as test_queue,test_threading' },
  pythons: { type: 'string', value: 'VERSIONS', help: 'such as 3.13,3.13t; or paths' },
}

await runCommand(async () => {
  const values = parseArguments(process.argv.slice(2), OPTIONS, COMMAND)
  if (values.help) {
    process.stdout.write(`${describeOptions(OPTIONS, COMMAND)}\n`)
    return 0
  }
  const { root, setUp } = await import('./set-up.mjs')
  if (!setUp({ built: false })) return 1
  const environment = { INTERLEAVE_CPYTHON_SUITES: String(values.suites ?? 'all') }
  if (values.pythons !== undefined) environment.INTERLEAVE_TEST_PYTHONS = String(values.pythons)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const tests = 'test/conformance/python/cpython-suites.test.ts'
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, 'run', '--project', 'node', tests], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code === 0 ? 0 : 1))
  })
})
