/**
 * `npm test`: the checks, then the tests, in stages; the last line sums up the whole run. A check
 * counts as one test. Exit codes: 0, 1 when anything failed, 2 for a wrong option.
 *
 * The tests run real threads and processes on whatever machine this is. A file in which some failed
 * is therefore run once more, by itself: what passes then is listed as unsteady, with the reason, and
 * does not fail the run. It is a bug all the same, of the test or of what it tests.
 */
import './node-version.mjs'

const { spawn } = await import('node:child_process')
const { mkdtempSync, readFileSync, rmSync } = await import('node:fs')
const { tmpdir } = await import('node:os')
const { join, relative } = await import('node:path')
const { stripVTControlCharacters } = await import('node:util')
const { describeOptions, parseArguments, runCommand, UsageError } = await import('./arguments.mjs')

/** Projects of vitest.config.ts by stage; every stage ends before the next begins. */
const STAGES = {
  checks: [],
  unit: [['node', 'renderer'], ['gallery']],
  e2e: [['e2e-web']],
  electron: [['standin', 'e2e-standin'], ['e2e-electron']],
}
/** Ends what hangs; a busy machine has taken a quarter of an hour for one stage. */
const TIMEOUT_MS = 2_400_000
/** With more files than this it is no chance that they failed. */
const MOST_REPEATED = 5
const REASON_LINES = 8

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
  if (!setUp({ built: !stages.includes('checks') }))
    return summarize([{ failed: [{ name: 'set-up' }] }])

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
  const named = failed.map((name) => ({ name: `check: ${name}` }))
  return { passed: CHECKS.length - failed.length, failed: named }
}

/** Runs projects of vitest, and once more the files in which tests failed. */
async function vitest(projects) {
  const label = projects.join(', ')
  process.stdout.write(`\n${label}\n`)
  const first = await runVitest(projects, label, [])
  if (first.files.length === 0 || first.files.length > MOST_REPEATED) return first
  process.stdout.write(`\n${label}: files with failed tests, once more\n`)
  const again = await runVitest(projects, label, first.files)
  const stillFailed = new Set(again.failed.map(({ name }) => name))
  const unsteady = first.failed.filter(({ name }) => !stillFailed.has(name))
  return {
    passed: first.passed + unsteady.length,
    failed: again.failed,
    skipped: first.skipped,
    unsteady,
  }
}

/** Its report is read from a file. @param files none: all */
async function runVitest(projects, label, files) {
  const { root } = await import('./set-up.mjs')
  const folder = mkdtempSync(join(tmpdir(), 'interleave-report-'))
  const report = join(folder, 'report.json')
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    ...['run', ...files, ...(files.length === 0 ? [] : ['--no-file-parallelism'])],
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
    const reason = 'vitest gave no report (see above)'
    return { passed: 0, failed: [{ name: label, reason }], skipped: [], files: [] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readReport(report, code, root, label) {
  const result = { passed: 0, failed: [], skipped: [], files: [] }
  for (const file of report.testResults) {
    const path = relative(root, file.name)
    const before = result.failed.length
    for (const test of file.assertionResults) {
      const name = `${path}: ${[...test.ancestorTitles, test.title].join(' > ')}`
      if (test.status === 'passed') result.passed++
      else if (test.status === 'failed')
        result.failed.push({ name, reason: reasonIn(test.failureMessages) })
      else result.skipped.push({ name })
    }
    // Not loaded at all, or failed after its tests.
    if (file.status === 'failed' && result.failed.length === before)
      result.failed.push({ name: `${path}: the file itself`, reason: reasonIn([file.message]) })
    if (result.failed.length > before) result.files.push(path)
  }
  if (code !== 0 && result.failed.length === 0)
    result.failed.push({ name: label, reason: 'an error outside the tests (see above)' })
  return result
}

/** The first one's words without its stack. */
function reasonIn([message = '']) {
  const [words] = stripVTControlCharacters(message).split(/\n\s+at /)
  // What vitest's report has for a test that took too long.
  if (words.includes('STACK_TRACE_ERROR')) return 'it took too long (see above)'
  return words.trim().split('\n').slice(0, REASON_LINES).join('\n    ')
}

/** @returns {number} the exit code */
function summarize(results) {
  const failed = results.flatMap((result) => result.failed ?? [])
  const skipped = results.flatMap((result) => result.skipped ?? [])
  const unsteady = results.flatMap((result) => result.unsteady ?? [])
  const passed = results.reduce((sum, result) => sum + (result.passed ?? 0), 0)
  const list = (title, tests) => {
    if (tests.length === 0) return
    process.stdout.write(`\n${title}\n`)
    for (const { name, reason } of tests)
      process.stdout.write(`  ${name}\n${reason ? `    ${reason}\n` : ''}`)
  }
  list('Skipped:', skipped)
  list('Unsteady (failed at first, passed when run again):', unsteady)
  list('Failed:', failed)
  process.stdout.write(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`)
  return failed.length === 0 ? 0 : 1
}
