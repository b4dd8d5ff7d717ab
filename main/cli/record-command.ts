/** What follows `record --`: a command line of CPython's, as one would type it without Interleave. */
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'

export interface PythonCommand {
  /** As typed: a name to be looked for in PATH, or a path. */
  readonly interpreter: string
  readonly script: string
  readonly arguments: readonly string[]
  /** Of `-X gil=0` or `-X gil=1`. */
  readonly gil?: boolean
}

const EXAMPLE = 'interleave record -- python3 script.py'
/** What the probe does anyway, or what changes nothing. */
const WITHOUT_EFFECT = new Set(['-u'])

/** @param words after `--` */
export function parsePythonCommand(words: readonly string[]): Result<PythonCommand, Refusal> {
  const [interpreter, ...rest] = words
  if (interpreter === undefined) return usage('There is nothing to record.')
  if (/\.pyw?$/i.test(interpreter))
    return usage(
      `${interpreter} is no interpreter.`,
      `Name it before the script: interleave record -- python3 ${interpreter}`,
    )
  let gil: boolean | undefined
  while (rest[0]?.startsWith('-') === true) {
    const option = rest.shift() ?? ''
    if (WITHOUT_EFFECT.has(option)) continue
    const value = option === '-X' ? (rest.shift() ?? '') : /^-X(.+)$/.exec(option)?.[1]
    if (value === 'gil=0' || value === 'gil=1') gil = value === 'gil=1'
    else return refuseOption(option, value)
  }
  const [script, ...given] = rest
  if (script === undefined) return usage(`${interpreter} is given no script.`)
  return success({ interpreter, script, arguments: given, ...(gil !== undefined && { gil }) })
}

function refuseOption(option: string, value: string | undefined): Result<never, Refusal> {
  if (/^-(m|c)/.test(option))
    return usage(
      `${option.slice(0, 2)} cannot be recorded: Interleave runs scripts that are files.`,
      option.startsWith('-m')
        ? 'Give the path of the module’s file, or of a script that calls it.'
        : 'Write the program to a file and give its path.',
    )
  if (option === '-') return usage('A program cannot be read from standard input.')
  const what = option === '-X' ? `-X ${value ?? ''}`.trim() : option
  return usage(
    `The interpreter’s option ${what} is not passed on.`,
    'Leave it out, or set the environment variable that does the same.',
  )
}

const usage = (message: string, remedy = `For example: ${EXAMPLE}`): Result<never, Refusal> =>
  failure(refusal('usage', message, remedy))
