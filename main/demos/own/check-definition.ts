/**
 * From what a file exports to a demo. Nothing in it is believed: it is the user's own, and may be of
 * any shape. Every fault says which field, what is wrong, and what it should be.
 */
import { failure, success, type Result } from '../../core/result.ts'
import type {
  ParameterDefinition,
  Parameters,
  SourceText,
  SweepDefinition,
  VariantDefinition,
} from '../manifest.ts'
import { isRecord, quoted } from '../refusals.ts'
import { OWN_CHAPTER } from '../../run/contract.ts'
import { isDefinition } from './define-demo.ts'
import type { OwnDemoData, PrintedFigure } from './own-data.ts'

/** One sentence about what is wrong, and the word of the file to point at. */
export interface Fault {
  readonly message: string
  readonly near: string
}

type Checked<Value> = Result<Value, Fault>

/** Texts longer than this fit nowhere. */
const LONGEST_TEXT = 2_000
const MOST_ENTRIES = 24
const DEFAULT_REPEATS = 5
const MOST_REPEATS = 50
const NAME = /^[A-Za-z][A-Za-z0-9]*$/
const UNITS = ['s', 'ms', 'µs'] as const
const FIGURE_UNITS = ['ns', '/s', 'bytes', 'bytes/s', ''] as const

/**
 * @param exports of the module: `default` is what defineDemo returned
 * @param id of the demo
 * @throws nothing
 */
export function checkDefinition(
  id: string,
  exports: Readonly<Record<string, unknown>>,
  sources: readonly SourceText[],
): Checked<OwnDemoData> {
  try {
    return success(dataOf(id, exports, sources))
  } catch (error) {
    if (error instanceof WrongField) return failure({ message: error.message, near: error.near })
    throw error
  }
}

/** Leaves the reading of a definition at its first fault; never leaves this file. */
class WrongField extends Error {
  readonly near: string

  constructor(message: string, near: string) {
    super(message)
    this.near = near
  }
}

function dataOf(
  id: string,
  exports: Readonly<Record<string, unknown>>,
  sources: readonly SourceText[],
): OwnDemoData {
  const definition = exports['default']
  if (!isDefinition(definition))
    throw new WrongField(
      definition === undefined
        ? 'It has no default export: write `export default defineDemo({ … })`.'
        : 'Its default export does not come from defineDemo: write `export default defineDemo({ … })`.',
      'export default',
    )
  const fields = definition as Readonly<Record<string, unknown>>
  const parameters = parametersOf(fields['parameters'])
  const names = parameters.map((parameter) => parameter.id)
  const variants = variantsOf(fields['variants'], exports)
  const [first] = variants
  if (first === undefined)
    throw new WrongField('variants is empty: a demo has one at least.', 'variants')
  const figure = figureOf(fields['figure'])
  return {
    manifest: {
      id,
      title: textOf(fields['title'], 'title'),
      chapter: OWN_CHAPTER,
      summary: textOf(fields['summary'], 'summary'),
      lookFor: textsOf(fields['lookFor'], 'lookFor'),
      parameters,
      variants,
      defaultVariant: first.id,
      defaultRepeats: wholeOf(fields['repeats'] ?? DEFAULT_REPEATS, 'repeats', 1, MOST_REPEATS),
      quick: quickOf(fields['quick'], parameters),
      sweeps: sweepsOf(fields['sweeps'], parameters),
      sources,
    },
    unit: fields['unit'] === undefined ? 'units' : textOf(fields['unit'], 'unit'),
    work: namesOf(fields['work'], 'work', names),
    ...(figure && { figure }),
  }
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new WrongField(`${field} must be a text, not ${quoted(value)}.`, lastName(field))
  if (value.length > LONGEST_TEXT)
    throw new WrongField(`${field} is longer than ${LONGEST_TEXT} characters.`, lastName(field))
  return value
}

/** `variants.oneQueue.label`: what to look for in the file is `label`'s owner. */
const lastName = (field: string): string => field.split('.').at(-1) ?? field

function textsOf(value: unknown, field: string): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value))
    throw new WrongField(`${field} must be a list of texts.`, lastName(field))
  return value.map((each, index) => textOf(each, `${field}[${index}]`))
}

const optionalText = (value: unknown, field: string): string =>
  value === undefined ? '' : textOf(value, field)

function numberOf(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new WrongField(`${field} must be a number, not ${quoted(value)}.`, lastName(field))
  return value
}

function wholeOf(value: unknown, field: string, minimum: number, maximum: number): number {
  const number = numberOf(value, field)
  if (!Number.isInteger(number) || number < minimum || number > maximum)
    throw new WrongField(
      `${field} must be a whole number from ${minimum} to ${maximum}, not ${number}.`,
      lastName(field),
    )
  return number
}

function flagOf(value: unknown, field: string): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean')
    throw new WrongField(`${field} must be true or false, not ${quoted(value)}.`, lastName(field))
  return value
}

/** Of a record: its keys are names, its values records. */
function entriesOf(
  value: unknown,
  field: string,
): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  if (value === undefined) return []
  if (!isRecord(value))
    throw new WrongField(`${field} must be an object, not ${quoted(value)}.`, lastName(field))
  const entries = Object.entries(value)
  if (entries.length > MOST_ENTRIES)
    throw new WrongField(`${field} has more than ${MOST_ENTRIES} entries.`, lastName(field))
  return entries.map(([name, each]) => {
    if (!NAME.test(name))
      throw new WrongField(
        `${field} cannot have the key ${quoted(name)}: use letters and digits, a letter first.`,
        name,
      )
    if (!isRecord(each))
      throw new WrongField(`${field}.${name} must be an object, not ${quoted(each)}.`, name)
    return [name, each] as const
  })
}

function parametersOf(value: unknown): readonly ParameterDefinition[] {
  return entriesOf(value, 'parameters').map(([id, fields]) => {
    const field = `parameters.${id}`
    const kind = oneOf(fields['kind'] ?? 'integer', `${field}.kind`, ['integer', 'number'] as const)
    const minimum = numberOf(fields['minimum'], `${field}.minimum`)
    const maximum = numberOf(fields['maximum'], `${field}.maximum`)
    const given = numberOf(fields['default'], `${field}.default`)
    if (!(minimum <= given && given <= maximum))
      throw new WrongField(
        `${field}: its default ${given} is not from ${minimum} to ${maximum}.`,
        id,
      )
    const presets = fields['presets'] ?? []
    if (!Array.isArray(presets)) throw new WrongField(`${field}.presets must be a list.`, id)
    const all = [...presets.map((each) => numberOf(each, `${field}.presets`)), given]
    if (kind === 'integer' && ![minimum, maximum, ...all].every(Number.isInteger))
      throw new WrongField(`${field} is of whole numbers: say kind: 'number' for others.`, id)
    if (all.some((each) => each < minimum || each > maximum))
      throw new WrongField(`${field}.presets must be from ${minimum} to ${maximum}.`, id)
    return {
      id,
      label: textOf(fields['label'], `${field}.label`),
      help: optionalText(fields['help'], `${field}.help`),
      kind,
      ...(fields['unit'] !== undefined && { unit: oneOf(fields['unit'], `${field}.unit`, UNITS) }),
      minimum,
      maximum,
      default: given,
      presets: all.slice(0, -1),
    }
  })
}

function oneOf<Choice extends string>(
  value: unknown,
  field: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value)
  if (found === undefined)
    throw new WrongField(
      `${field} must be one of ${choices.map((choice) => `'${choice}'`).join(', ')}, not ${quoted(value)}.`,
      lastName(field),
    )
  return found
}

function variantsOf(
  value: unknown,
  exports: Readonly<Record<string, unknown>>,
): readonly VariantDefinition[] {
  const entries = entriesOf(value, 'variants')
  const ids = entries.map(([id]) => id)
  return entries.map(([id, fields]) => {
    const field = `variants.${id}`
    const given = fields['baseline']
    const baseline = ids.find((each) => each === given && each !== id)
    if (given !== undefined && baseline === undefined)
      throw new WrongField(
        `${field}.baseline must be the key of another variant, not ${quoted(given)}.`,
        id,
      )
    return {
      id,
      label: textOf(fields['label'], `${field}.label`),
      help: optionalText(fields['help'], `${field}.help`),
      program: exportedName(fields['run'], field, exports),
      gil: flagOf(fields['gil'], `${field}.gil`),
      needs: flagOf(fields['processes'], `${field}.processes`)
        ? (['threads', 'processes'] as const)
        : (['threads'] as const),
      ...(baseline !== undefined && { baseline }),
      lookFor: textsOf(fields['lookFor'], `${field}.lookFor`),
    }
  })
}

/** Threads import the module and look the function up by its name. */
function exportedName(
  run: unknown,
  field: string,
  exports: Readonly<Record<string, unknown>>,
): string {
  if (typeof run !== 'function')
    throw new WrongField(`${field}.run must be a function, not ${quoted(run)}.`, lastName(field))
  const name = Object.entries(exports).find(([, each]) => each === run)?.[0]
  if (name === undefined || name === 'default')
    throw new WrongField(
      `${field}.run must be exported: another thread finds ${run.name === '' ? 'a function' : run.name} by its name. Write \`export function ${run.name || 'name'}(…)\`.`,
      run.name || lastName(field),
    )
  return name
}

function quickOf(value: unknown, parameters: readonly ParameterDefinition[]): Parameters {
  if (value === undefined) return {}
  if (!isRecord(value)) throw new WrongField('quick must be an object.', 'quick')
  return Object.fromEntries(
    Object.entries(value).map(([id, each]) => {
      const parameter = parameterNamed(id, 'quick', parameters)
      return [id, within(each, `quick.${id}`, parameter)]
    }),
  )
}

function parameterNamed(
  id: string,
  field: string,
  parameters: readonly ParameterDefinition[],
): ParameterDefinition {
  const parameter = parameters.find((each) => each.id === id)
  if (parameter === undefined)
    throw new WrongField(`${field} names ${quoted(id)}, which is no parameter.`, id)
  return parameter
}

function within(value: unknown, field: string, parameter: ParameterDefinition): number {
  const number = numberOf(value, field)
  const { minimum, maximum, kind } = parameter
  const isWhole = kind === 'number' || Number.isInteger(number)
  if (number < minimum || number > maximum || !isWhole)
    throw new WrongField(
      `${field} cannot be ${number}: see parameters.${parameter.id}.`,
      parameter.id,
    )
  return number
}

function namesOf(value: unknown, field: string, names: readonly string[]): readonly string[] {
  const given = textsOf(value, field)
  const unknown = given.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new WrongField(`${field} names ${quoted(unknown)}, which is no parameter.`, field)
  return given
}

function figureOf(value: unknown): PrintedFigure | undefined {
  if (value === undefined) return undefined
  if (!isRecord(value)) throw new WrongField('figure must be an object.', 'figure')
  const { printed } = value
  if (!(printed instanceof RegExp))
    throw new WrongField(
      'figure.printed must be a regular expression whose first group is a number.',
      'printed',
    )
  return {
    what: textOf(value['what'], 'figure.what'),
    unit: oneOf(value['unit'] ?? '', 'figure.unit', FIGURE_UNITS),
    better: oneOf(value['better'], 'figure.better', ['less', 'more'] as const),
    printed: printed.source,
    // Every line is looked at from its beginning.
    flags: printed.flags.replaceAll(/[gy]/g, ''),
  }
}

function sweepsOf(
  value: unknown,
  parameters: readonly ParameterDefinition[],
): readonly SweepDefinition[] {
  return entriesOf(value, 'sweeps').map(([id, fields]) => {
    const field = `sweeps.${id}`
    const values = fields['values']
    const axes = isRecord(values) ? Object.entries(values) : []
    if (axes.length < 1 || axes.length > 2)
      throw new WrongField(`${field}.values must have one parameter or two.`, id)
    return {
      id,
      label: textOf(fields['label'], `${field}.label`),
      help: optionalText(fields['help'], `${field}.help`),
      axes: axes.map(([name, list]) => {
        const parameter = parameterNamed(name, `${field}.values`, parameters)
        if (list === 'to twice the processors') return { parameter: name, values: list }
        if (!Array.isArray(list) || list.length < 2)
          throw new WrongField(
            `${field}.values.${name} must be a list of two numbers at least.`,
            id,
          )
        return {
          parameter: name,
          values: list.map((each) => within(each, `${field}.values.${name}`, parameter)),
        }
      }),
    }
  })
}
