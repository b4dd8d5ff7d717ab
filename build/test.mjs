/**
 * `npm test`: the checks, then the tests, in stages; the last line sums up the whole run. A check
 * counts as one test. Exit codes: 0, 1 when anything failed, 2 for a wrong option.
 */
import './node-version.mjs'

const { spawn } = await import('node:child_process')
const { mkdtempSync, readFileSync, rmSync } = await import('node:fs')
const { tmpdir } = await import('node:os')
const { join, relative } = await import('node:path')
const { describeOptions, parseArguments, runCommand, UsageError } = await import('./arguments.mjs')

/** Projects of vitest.config.ts by stage; every stage ends before the next begins. */
const STAGES = {
  checks: [],
  unit: [['node', 'renderer'], ['gallery']],
  e2e: [['e2e-web']],
  electron: [['standin', 'e2e-standin'], ['e2e-electron']],
}
const TIMEOUT_MS = 900_000

const OPTIONS = {
  only: { type: 'string', value: 'STAGE', help: `run one: ${Object.keys(STAGES).join(', ')}` },
}

await runCommand(async () => {
  const values = parseArguments(process.argv.slice(2), OPTIONS, 'npm test')
  if (values.help) {
    process.stdout.write(`${describeOptions(OPTIONS, 'npm test')}\n`)
    return 0
  }
  if (values.only !== undefined && !Object.hasOwn(STAGES, values.only))
    throw new UsageError(
      `There is no stage '${values.only}'; there are ${Object.keys(STAGES).join(', ')}.`,
    )
  const { setUp } = await import('./set-up.mjs')
  // The checks build by themselves, as one of them.
  const stages = values.only === undefined ? Object.keys(STAGES) : [values.only]
  if (!setUp({ built: !stages.includes('checks') })) return summarize([{ failed: ['set-up'] }])

  const results = []
  for (const stage of stages) {
    if (stage === 'checks') results.push(await checks())
    for (const projects of STAGES[stage]) results.push(await vitest(projects))
  }
  return summarize(results)
})

async function checks() {
  const { CHECKS, runChecks } = await import('./checks.mjs')
  process.stdout.write('\nchecks\n')
  const failed = await runChecks()
  return { passed: CHECKS.length - failed.length, failed: failed.map((name) => `check: ${name}`) }
}

/** Runs projects of vitest; their report is read from a file. */
async function vitest(projects) {
  const { root } = await import('./set-up.mjs')
  const label = projects.join(', ')
  process.stdout.write(`\n${label}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'interleave-report-'))
  const report = join(folder, 'report.json')
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    '--passWithNoTests',
  ]
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    child.on('error', () => resolve(1))
    child.on('exit', (exitCode) => resolve(exitCode ?? 1))
  })
  try {
    return readReport(JSON.parse(readFileSync(report, 'utf8')), code, root, label)
  } catch {
    return { failed: [`${label}: vitest gave no report (see above)`] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readReport(report, code, root, label) {
  const result = { passed: 0, failed: [], skipped: [] }
  for (const file of report.testResults) {
    const name = relative(root, file.name)
    const titled = (test) => `${name}: ${[...test.ancestorTitles, test.title].join(' > ')}`
    for (const test of file.assertionResults) {
      if (test.status === 'passed') result.passed++
      else if (test.status === 'failed') result.failed.push(titled(test))
      else result.skipped.push(titled(test))
    }
    // A file that could not even be loaded has no tests.
    const hasFailed = file.assertionResults.some((test) => test.status === 'failed')
    if (file.status === 'failed' && !hasFailed) result.failed.push(`${name}: did not load`)
  }
  if (code !== 0 && result.failed.length === 0)
    result.failed.push(`${label}: an error outside the tests (see above)`)
  return result
}

/** @returns {number} the exit code */
function summarize(results) {
  const failed = results.flatMap((result) => result.failed ?? [])
  const skipped = results.flatMap((result) => result.skipped ?? [])
  const passed = results.reduce((sum, result) => sum + (result.passed ?? 0), 0)
  const list = (title, names) => {
    if (names.length > 0)
      process.stdout.write(`\n${title}\n${names.map((n) => `  ${n}\n`).join('')}`)
  }
  list('Skipped:', skipped)
  list('Failed:', failed)
  process.stdout.write(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`)
  return failed.length === 0 ? 0 : 1
}
