import { parseArgs } from 'node:util'

/** A mistake in how a command was called: one sentence on stderr, exit code 2. */
export class UsageError extends Error {
  name = 'UsageError'
}

/**
 * @param {string[]} argv without node and script
 * @param {Record<string, { type: 'boolean' | 'string', help: string, value?: string }>} options
 * @param {string} command as the user calls it
 * @returns {Record<string, string | boolean | undefined>} what was given, by option
 * @throws {UsageError} for a flag that does not exist, a value missing, or a word too many
 */
export function parseArguments(argv, options, command) {
  const hint = `'${command} -- --help' lists what there is.`
  const { tokens } = parseArgs({
    args: argv,
    options: { ...options, help: { type: 'boolean' } },
    strict: false,
    tokens: true,
  })
  /** @type {Record<string, string | boolean>} */
  const values = {}
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (token.value !== 'help') throw new UsageError(`Unknown argument '${token.value}': ${hint}`)
      values.help = true
      continue
    }
    const option = token.name === 'help' ? { type: 'boolean' } : options[token.name]
    if (option === undefined) throw new UsageError(`Unknown option '${token.rawName}': ${hint}`)
    if (option.type === 'boolean' && token.value !== undefined)
      throw new UsageError(`Option '${token.rawName}' takes no value.`)
    if (option.type === 'string' && (token.value === undefined || token.value === ''))
      throw new UsageError(`Option '${token.rawName}' needs a value (${option.value}).`)
    values[token.name] = token.value ?? true
  }
  return values
}

/** @returns {string} the options, one a line, for --help */
export function describeOptions(options, command) {
  const rows = Object.entries({ ...options, help: { help: 'print this' } }).map(
    ([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help],
  )
  const width = Math.max(...rows.map(([left]) => left.length))
  return [
    `${command} [-- OPTIONS]`,
    ...rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`),
  ].join('\n')
}

/**
 * Runs a command's main function: its result is the exit code; a usage error is one line and 2.
 *
 * @param {() => Promise<number>} main
 */
export async function runCommand(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  }
}

/** @returns {number} @throws {UsageError} */
export function parsePort(text) {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new UsageError(`Port '${text}' is not a number from 0 to 65535 (0: any free one).`)
  return port
}
