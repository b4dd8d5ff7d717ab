/**
 * Engines and scripts of a request, as far as they can be judged without this machine: whether an
 * interpreter or a file is there, the service checks (run/interpreters.ts, run/scripts.ts).
 */
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import {
  SCRIPT_DEMO,
  START_METHODS,
  type Engine,
  type RunRequest,
  type ScriptTarget,
} from '../run/contract.ts'
import { engineOf } from '../run/engines.ts'
import type { DemoManifest, VariantDefinition } from './manifest.ts'
import { isRecord, quoted, unknownName, usage } from './refusals.ts'

const LONGEST_PATH = 4_096
const MOST_ARGUMENTS = 1_000
/** What the command lines of Windows have room for. */
const ARGUMENTS_CHARACTERS = 30_000
const INPUT_CHARACTERS = 2 ** 20
const CONSENT = /^[0-9a-f]{64}$/
const ABSOLUTE = /^(\/|[a-z]:[\\/]|\\\\)/i
const ENGINE_KEYS: readonly string[] = ['kind', 'path', 'startMethod', 'gil']
const SCRIPT_KEYS: readonly string[] = [
  'path',
  'name',
  'arguments',
  'folder',
  'input',
  'consent',
] satisfies (keyof ScriptTarget)[]

/** What of a request concerns engines and the user's script. */
export type PythonPart = Pick<RunRequest, 'engine' | 'twin' | 'script'>

/** @param variants of the demo that are run, checked: the request's own first. */
export function checkPythonPart(
  request: Readonly<Record<string, unknown>>,
  manifest: DemoManifest,
  variants: readonly VariantDefinition[],
): Result<PythonPart, Refusal> {
  const engine = checkEngine(request['engine'], 'engine')
  if (!engine.ok) return engine
  const twin = checkEngine(request['twin'], 'twin')
  if (!twin.ok) return twin
  const script = checkScript(request['script'], manifest.id)
  if (!script.ok) return script
  const part: PythonPart = {
    ...(engine.value && { engine: engine.value }),
    ...(twin.value && { twin: twin.value }),
    ...(script.value && { script: script.value }),
  }
  if (part.twin && variants.length > 1)
    return usage(
      'A twin is compared with one variant alone, not with others as well.',
      'Leave out the twin, or the other variants.',
    )
  if (part.twin && isSame(engineOf(part), part.twin))
    return usage(
      'The twin is the engine itself.',
      'Choose another one, or the same interpreter with another start method.',
    )
  for (const each of [engineOf(part), ...(part.twin ? [part.twin] : [])])
    for (const needed of variants) {
      const fault = engineFault(manifest, needed, each)
      if (fault !== undefined) return failure(fault)
    }
  return success(part)
}

function checkEngine(value: unknown, field: string): Result<Engine | undefined, Refusal> {
  if (value === undefined) return success(undefined)
  if (!isRecord(value))
    return usage(`The ${field} must be an object, not ${quoted(value)}.`, 'Give it a kind.')
  const { kind, path, startMethod, gil } = value
  const extra = Object.keys(value).find((key) => !ENGINE_KEYS.includes(key))
  if (extra !== undefined) return unknownName('field', extra, ` of the ${field}`, ENGINE_KEYS)
  if (kind === 'node' && Object.keys(value).length === 1) return success({ kind })
  if (kind !== 'cpython')
    return usage(
      kind === 'node'
        ? `The ${field} Node has nothing to choose.`
        : `The ${field} cannot be ${quoted(kind)}.`,
      'Use node, or cpython with the path of an interpreter.',
    )
  if (!isPath(path))
    return usage(
      `The ${field} names no interpreter: ${quoted(path)}.`,
      'Give the path of one that the list of interpreters has.',
    )
  const method = START_METHODS.find((each) => each === startMethod)
  if (startMethod !== undefined && method === undefined)
    return unknownName('start method', textOf(startMethod), ` of the ${field}`, START_METHODS)
  if (gil !== undefined && typeof gil !== 'boolean')
    return usage(`The GIL can be on or off, not ${quoted(gil)}.`, 'Use true or false.')
  return success({
    kind,
    path,
    ...(method !== undefined && { startMethod: method }),
    ...(gil !== undefined && { gil }),
  })
}

function checkScript(value: unknown, demo: string): Result<ScriptTarget | undefined, Refusal> {
  if (demo !== SCRIPT_DEMO)
    return value === undefined
      ? success(undefined)
      : usage(`${demo} runs its own program, not a script.`, `Choose ${SCRIPT_DEMO} for a script.`)
  if (!isRecord(value))
    return usage('There is no script to run.', 'Open a Python script and agree to run it.')
  const extra = Object.keys(value).find((key) => !SCRIPT_KEYS.includes(key))
  if (extra !== undefined) return unknownName('field', extra, ' of the script', SCRIPT_KEYS)
  const { path, name, folder, consent, arguments: given = [], input = '' } = value
  if (!isPath(path) || !ABSOLUTE.test(path))
    return usage(`The script’s path is not absolute: ${quoted(path)}.`, 'Give all of it.')
  if (!isPath(folder) || !ABSOLUTE.test(folder))
    return usage(`The working folder is not absolute: ${quoted(folder)}.`, 'Give all of its path.')
  if (name !== undefined && (!isPath(name) || name.startsWith('-')))
    return usage(
      `The script cannot be called ${quoted(name)}.`,
      'Name it as from its working folder, or not at all.',
    )
  if (!isListOfTexts(given))
    return usage(
      'The script’s arguments must be a list of texts.',
      'Give each by itself, without the character NUL.',
    )
  const characters = given.reduce((sum, each) => sum + each.length, 0)
  if (given.length > MOST_ARGUMENTS || characters > ARGUMENTS_CHARACTERS)
    return usage(
      'The script has too many arguments, or too long ones.',
      `Give at most ${MOST_ARGUMENTS}, with ${ARGUMENTS_CHARACTERS} characters in all.`,
    )
  if (typeof input !== 'string' || input.length > INPUT_CHARACTERS)
    return usage(
      'The script’s input must be a text of at most a million characters.',
      'Let it read a file instead.',
    )
  if (typeof consent !== 'string' || !CONSENT.test(consent))
    return usage(`Nobody has agreed to run ${path}.`, 'Open it, look at it and agree to run it.')
  return success({
    ...{ path, folder, arguments: given, input, consent },
    ...(name !== undefined && { name }),
  })
}

/** Why the engine cannot run the variant; undefined: it can. */
function engineFault(
  { id, variants }: DemoManifest,
  variant: VariantDefinition,
  engine: Engine,
): Refusal | undefined {
  const runs = ({ program, python }: VariantDefinition): boolean =>
    engine.kind === 'node' ? program !== undefined : python !== undefined || id === SCRIPT_DEMO
  if (runs(variant)) return undefined
  const others = variants.filter(runs).map((each) => each.id)
  const other = others.length === 0 ? '' : `, or one of these variants: ${others.join(', ')}`
  if (engine.kind === 'node')
    return refusal(
      'usage',
      id === SCRIPT_DEMO
        ? 'Node cannot run a Python script.'
        : `Variant "${variant.id}" of ${id} runs under CPython only.`,
      `Choose an interpreter as the engine${other}.`,
    )
  return refusal(
    'usage',
    `Variant "${variant.id}" of ${id} has no Python program.`,
    `Choose Node as the engine${other}.`,
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : quoted(value))

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_PATH && !value.includes('\0')

const isListOfTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && !each.includes('\0'))

function isSame(one: Engine, other: Engine): boolean {
  if (one.kind === 'node' || other.kind === 'node') return one.kind === other.kind
  return one.path === other.path && one.startMethod === other.startMethod && one.gil === other.gil
}
