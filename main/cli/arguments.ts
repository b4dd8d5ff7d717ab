import { parseArgs, type ParseArgsConfig } from 'node:util'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { suggest } from '../core/suggest.ts'
import type { StartMethod } from '../run/contract.ts'
import { MOST_MEMBERS } from '../export/compare/members.ts'
import { parsePort } from '../web/arguments.ts'
import { parseCases, type Shorthands } from './cases.ts'
import { parseEngine, parseStartMethod, type WantedEngine } from './engine.ts'
import { parsePythonCommand, type PythonCommand } from './record-command.ts'

export type Command =
  | { readonly name: 'help'; readonly demo?: string }
  | { readonly name: 'version' }
  | { readonly name: 'list' | 'pythons'; readonly json: boolean }
  | { readonly name: 'glossary'; readonly term?: string; readonly json: boolean }
  | {
      readonly name: 'demos'
      /** To be used from now on. */
      readonly folder?: string
      /** Use none any more. */
      readonly forget: boolean
      readonly json: boolean
    }
  | {
      readonly name: 'run'
      /** Still to be checked against the demo. */
      readonly request: Readonly<Record<string, unknown>>
      /** Still to be found on this machine, by their fields of the request. */
      /** What the demo is to say: a sweep of its own, its quick parameters. */
      readonly shorthands: Shorthands
      readonly engines: { readonly engine?: WantedEngine; readonly twin?: WantedEngine }
      readonly record?: string
      readonly json: boolean
    }
  | {
      readonly name: 'record'
      readonly python: PythonCommand
      readonly startMethod?: StartMethod
      readonly folder?: string
      readonly record?: string
    }
  | { readonly name: 'stats'; readonly file: string; readonly json: boolean }
  | { readonly name: 'compare'; readonly files: readonly string[]; readonly json: boolean }
  | {
      readonly name: 'verify'
      readonly file: string
      /** Compare what is stored with what the events give. */
      readonly rebuild: boolean
      readonly json: boolean
    }
  | { readonly name: 'program'; readonly file: string; readonly function: string }
  | {
      readonly name: 'serve' | 'open'
      readonly port: number
      readonly openBrowser: boolean
      /** Of `open`. */
      readonly recording?: string
    }

interface Grammar {
  readonly usage: string
  /** Names of what stands without an option; all of them must be given. */
  readonly operands: readonly string[]
  /** So many more words may stand there. */
  readonly optional?: number
  readonly options: NonNullable<ParseArgsConfig['options']>
}

const FLAG = { type: 'boolean' } as const
const VALUE = { type: 'string' } as const

const GRAMMARS = {
  list: { usage: 'list [--json]', operands: [], options: { json: FLAG } },
  pythons: { usage: 'pythons [--json]', operands: [], options: { json: FLAG } },
  demos: {
    usage: 'demos [FOLDER] [--forget] [--json]',
    operands: [],
    optional: 1,
    options: { forget: FLAG, json: FLAG },
  },
  run: {
    usage:
      'run DEMO [--variant V] [--others V,V] [--param NAME=VALUE ...] [--sweep NAME=VALUE,VALUE ...] [--quick] [--engine E] [--twin E] [--start-method M] [--repeats N] [--no-baseline] [--record FILE.ilv] [--json]',
    operands: ['DEMO'],
    options: {
      variant: VALUE,
      others: VALUE,
      sweep: { ...VALUE, multiple: true },
      quick: FLAG,
      param: { ...VALUE, multiple: true },
      repeats: VALUE,
      'no-baseline': FLAG,
      engine: VALUE,
      twin: VALUE,
      'start-method': VALUE,
      record: VALUE,
      json: FLAG,
    },
  },
  record: {
    usage:
      'record [--record FILE.ilv] [--start-method M] [--folder DIR] -- python3 SCRIPT.py [ARGUMENT ...]',
    operands: [],
    options: { record: VALUE, 'start-method': VALUE, folder: VALUE },
  },
  stats: { usage: 'stats FILE.ilv [--json]', operands: ['FILE.ilv'], options: { json: FLAG } },
  compare: {
    usage: 'compare A.ilv B.ilv [C.ilv ...] [--json]',
    operands: ['A.ilv', 'B.ilv'],
    optional: MOST_MEMBERS - 2,
    options: { json: FLAG },
  },
  verify: {
    usage: 'verify FILE.ilv [--rebuild] [--json]',
    operands: ['FILE.ilv'],
    options: { rebuild: FLAG, json: FLAG },
  },
  open: {
    usage: 'open FILE.ilv [--port N] [--no-open]',
    operands: ['FILE.ilv'],
    options: { port: VALUE, 'no-open': FLAG },
  },
  glossary: {
    usage: 'glossary [TERM] [--json]',
    operands: [],
    optional: 1,
    options: { json: FLAG },
  },
  program: { usage: 'program FILE [EXPORT]', operands: ['FILE'], optional: 1, options: {} },
  serve: {
    usage: 'serve [--port N] [--no-open]',
    operands: [],
    options: { port: VALUE, 'no-open': FLAG },
  },
} satisfies Record<string, Grammar>
type CommandName = keyof typeof GRAMMARS

export const USAGES: readonly string[] = Object.values(GRAMMARS).map(({ usage }) => usage)

const isCommand = (name: string): name is CommandName => Object.hasOwn(GRAMMARS, name)

const usage = (message: string, remedy: string): Result<never, Refusal> =>
  failure(refusal('usage', message, remedy))

const didYouMean = (typed: string, allowed: readonly string[], dashes = ''): string => {
  const nearest = suggest(typed, allowed)
  return nearest === undefined ? '' : `Did you mean ${dashes}${nearest}? `
}

/** @param args what follows `interleave` */
export function parseArguments(args: readonly string[]): Result<Command, Refusal> {
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h')
    return success({ name: 'help' })
  if (name === '--version' || name === '-V') return success({ name: 'version' })
  if (!isCommand(name)) {
    const names = Object.keys(GRAMMARS)
    return usage(
      `Unknown ${name.startsWith('-') ? 'option' : 'command'} "${name}".`,
      `${didYouMean(name, names)}Commands: ${names.join(', ')}; --help explains them.`,
    )
  }
  if (name === 'record') return parseRecord(rest)
  const parsed = parseWords(GRAMMARS[name], rest)
  return parsed.ok ? toCommand(name, parsed.value) : parsed
}

/** What follows `--` is another program's command line: its options are not ours. */
function parseRecord(args: readonly string[]): Result<Command, Refusal> {
  const at = args.indexOf('--')
  const own = at < 0 ? args : args.slice(0, at)
  const asksForHelp = own.includes('--help') || own.includes('-h')
  if (at < 0 && own.some((word) => !word.startsWith('-')) && !asksForHelp)
    return usage(
      'What is to be recorded stands behind --.',
      `Usage: interleave ${GRAMMARS.record.usage}`,
    )
  const words = parseWords(GRAMMARS.record, own)
  if (!words.ok) return words
  const { options } = words.value
  if (options.has('help')) return success({ name: 'help' })
  const python = parsePythonCommand(at < 0 ? [] : args.slice(at + 1))
  if (!python.ok) return python
  const method = parseStartMethod(options.get('start-method')?.[0])
  if (!method.ok) return method
  const [folder] = options.get('folder') ?? []
  const [record] = options.get('record') ?? []
  return success({
    name: 'record',
    python: python.value,
    ...(method.value !== undefined && { startMethod: method.value }),
    ...(folder !== undefined && { folder }),
    ...(record !== undefined && { record }),
  })
}

interface Words {
  readonly operands: readonly string[]
  /** Values by option; flags have none. */
  readonly options: ReadonlyMap<string, readonly string[]>
}

/** Node's tokens, judged here, so that every refusal is one sentence that says what to do. */
function parseWords(grammar: Grammar, args: readonly string[]): Result<Words, Refusal> {
  const remedy = `Usage: interleave ${grammar.usage}`
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...grammar.options, help: { ...FLAG, short: 'h' } },
    strict: false,
    tokens: true,
  })
  const operands: string[] = []
  const options = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    const option = name === 'help' ? FLAG : grammar.options[name]
    if (option === undefined)
      return usage(
        `Unknown option "${rawName}".`,
        `${didYouMean(name, Object.keys(grammar.options), '--')}${remedy}`,
      )
    if (option.type === 'boolean' && value !== undefined)
      return usage(`${rawName} takes no value.`, remedy)
    if (option.type === 'string' && (value === undefined || value === '' || value.startsWith('--')))
      return usage(`${rawName} needs a value.`, remedy)
    const given = options.get(name) ?? []
    const repeatable = 'multiple' in option && option.multiple === true
    if (given.length > 0 && !repeatable) return usage(`${rawName} is given twice.`, remedy)
    options.set(name, [...given, value ?? ''])
  }
  const words = { operands, options }
  if (options.has('help')) return success(words)

  const missing = grammar.operands[operands.length]
  if (missing !== undefined) return usage(`${missing} is missing.`, remedy)
  const extra = operands[grammar.operands.length + (grammar.optional ?? 0)]
  if (extra !== undefined) return usage(`"${extra}" is one word too many.`, remedy)
  return success(words)
}

function toDemos({ operands: [folder], options }: Words, json: boolean): Result<Command, Refusal> {
  const forget = options.has('forget')
  return forget && folder !== undefined
    ? usage('A folder is named or forgotten, not both.', `Use: interleave ${GRAMMARS.demos.usage}`)
    : success({ name: 'demos', ...(folder !== undefined && { folder }), forget, json })
}

function toCommand(name: Exclude<CommandName, 'record'>, words: Words): Result<Command, Refusal> {
  const [operand = '', second = 'main'] = words.operands
  const json = words.options.has('json')
  if (words.options.has('help'))
    return success({ name: 'help', ...(name === 'run' && operand !== '' && { demo: operand }) })
  switch (name) {
    case 'list':
    case 'pythons':
      return success({ name, json })
    case 'demos':
      return toDemos(words, json)
    case 'run':
      return toRun(operand, words.options, json)
    case 'glossary':
      return success({ name, json, ...(operand !== '' && { term: operand }) })
    case 'stats':
      return success({ name, file: operand, json })
    case 'compare':
      return success({ name, files: words.operands, json })
    case 'verify':
      return success({ name, file: operand, rebuild: words.options.has('rebuild'), json })
    case 'program':
      return success({ name, file: operand, function: second })
    case 'open':
    case 'serve': {
      const port = words.options.has('port')
        ? parsePort(words.options.get('port')?.[0])
        : success(0)
      if (!port.ok) return port
      return success({
        name,
        port: port.value,
        openBrowser: !words.options.has('no-open'),
        ...(name === 'open' && { recording: operand }),
      })
    }
  }
}

const NUMBER = /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** Numbers may be written as in Python, 50_000_000; what is none stays text, to be refused by name. */
const toValue = (text: string): number | string =>
  NUMBER.test(text) ? Number(text.replaceAll('_', '')) : text

function toRun(demo: string, options: Words['options'], json: boolean): Result<Command, Refusal> {
  const parameters = new Map<string, number | string>()
  for (const pair of options.get('param') ?? []) {
    const at = pair.indexOf('=')
    const key = pair.slice(0, at)
    if (at < 1) return usage(`--param "${pair}" has no value.`, 'Write it as --param name=value.')
    if (parameters.has(key))
      return usage(`Parameter "${key}" is given twice.`, 'Give each parameter once.')
    parameters.set(key, toValue(pair.slice(at + 1)))
  }
  const method = parseStartMethod(options.get('start-method')?.[0])
  if (!method.ok) return method
  const engines: { engine?: WantedEngine; twin?: WantedEngine } = {}
  for (const field of ['engine', 'twin'] as const) {
    const [text] = options.get(field) ?? []
    if (text === undefined) continue
    const engine = parseEngine(text, method.value)
    if (!engine.ok) return engine
    engines[field] = engine.value
  }
  if (method.value !== undefined && !Object.values(engines).some(({ kind }) => kind !== 'node'))
    return usage(
      '--start-method is CPython’s.',
      'Choose an interpreter with --engine, for example --engine cpython.',
    )
  const cases = parseCases(options.get('others')?.[0], options.get('sweep') ?? [], toValue)
  if (!cases.ok) return cases
  const { sweepId } = cases.value
  const [variant] = options.get('variant') ?? []
  const [repeats] = options.get('repeats') ?? []
  const [record] = options.get('record') ?? []
  return success({
    name: 'run',
    request: {
      demo,
      ...(variant !== undefined && { variant }),
      parameters: Object.fromEntries(parameters),
      ...(repeats !== undefined && { repeats: toValue(repeats) }),
      baseline: !options.has('no-baseline'),
      ...cases.value.cases,
    },
    shorthands: {
      ...(sweepId !== undefined && { sweepId }),
      ...(options.has('quick') && { quick: true as const }),
    },
    engines,
    ...(record !== undefined && { record }),
    json,
  })
}
