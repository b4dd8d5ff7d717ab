/** `npm run check`: the checks without the tests; `npm run check -- --only eslint` runs one. */
import './node-version.mjs'

const { describeOptions, parseArguments, runCommand, UsageError } = await import('./arguments.mjs')

await runCommand(async () => {
  const { CHECKS, runChecks } = await import('./checks.mjs')
  const OPTIONS = {
    only: { type: 'string', value: 'NAME', help: `run one: ${CHECKS.join(', ')}` },
  }
  const values = parseArguments(process.argv.slice(2), OPTIONS, 'npm run check')
  if (values.help) {
    process.stdout.write(`${describeOptions(OPTIONS, 'npm run check')}\n`)
    return 0
  }
  if (values.only !== undefined && !CHECKS.includes(values.only))
    throw new UsageError(`There is no check '${values.only}'; there are ${CHECKS.join(', ')}.`)
  const { setUp } = await import('./set-up.mjs')
  if (!setUp({ built: false })) return 1
  const failed = await runChecks(values.only === undefined ? CHECKS : [values.only])
  return failed.length === 0 ? 0 : 1
})
