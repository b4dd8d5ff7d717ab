/** Requests come from outside (a window, the command line): nothing of them is believed unchecked. */
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { MAX_REPEATS, SCRIPT_DEMO, type RunRequest } from '../run/contract.ts'
import { checkPythonPart } from './check-python.ts'
import type { Demo } from './demo.ts'
import { scriptDemo } from './index.ts'
import type {
  DemoManifest,
  ParameterDefinition,
  Parameters,
  VariantDefinition,
} from './manifest.ts'
import { isRecord, quoted, unknownName, usage } from './refusals.ts'

/** What this machine and host can run. */
export type Capabilities = Readonly<Record<VariantDefinition['needs'][number], boolean>>

export const EVERYTHING: Capabilities = { threads: true, processes: true }

export function checkDemo(demos: readonly Demo[], id: unknown): Result<Demo, Refusal> {
  const ids = demos.map((demo) => demo.manifest.id)
  if (typeof id !== 'string')
    return usage('The request names no demo.', `Choose one of: ${ids.join(', ')}.`)
  // Not in the catalogue, and not among the choices: it needs a script.
  if (id === SCRIPT_DEMO) return success(scriptDemo)
  const demo = demos.find((candidate) => candidate.manifest.id === id)
  return demo === undefined ? unknownName('demo', id, '', ids) : success(demo)
}

/** @param id undefined: the demo's default variant */
export function checkVariant(
  manifest: DemoManifest,
  id: unknown,
  capabilities: Capabilities = EVERYTHING,
): Result<VariantDefinition, Refusal> {
  const allowed = manifest.variants.map((variant) => variant.id)
  const wanted = id ?? manifest.defaultVariant
  if (typeof wanted !== 'string')
    return usage(
      `The variant of ${manifest.id} must be a name, not ${quoted(wanted)}.`,
      `Choose one of: ${allowed.join(', ')}.`,
    )
  const variant = manifest.variants.find((candidate) => candidate.id === wanted)
  if (variant === undefined) return unknownName('variant', wanted, ` of ${manifest.id}`, allowed)

  const missing = variant.needs.find((need) => !capabilities[need])
  if (missing === undefined) return success(variant)
  const possible = manifest.variants.filter((other) =>
    other.needs.every((need) => capabilities[need]),
  )
  return failure(
    refusal(
      'environment',
      `Variant "${variant.id}" of ${manifest.id} needs ${missing}, which cannot be started here.`,
      possible.length === 0
        ? 'Choose another demo.'
        : `Choose one of: ${possible.map((other) => other.id).join(', ')}.`,
    ),
  )
}

const bounds = (definition: ParameterDefinition): string => {
  const unit = definition.unit === undefined ? '' : ` ${definition.unit}`
  const kind = definition.kind === 'integer' ? 'a whole number' : 'a number'
  return `Use ${kind} from ${definition.minimum} to ${definition.maximum}${unit}.`
}

/** @returns one sentence about what is wrong with the value; undefined: nothing */
function parameterFault(definition: ParameterDefinition, value: unknown): string | undefined {
  const name = `Parameter "${definition.id}"`
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `${name} must be a number, not ${quoted(value)}.`
  if (definition.kind === 'integer' && !Number.isInteger(value))
    return `${name} must be a whole number, not ${quoted(value)}.`
  if (value < definition.minimum || value > definition.maximum)
    return `${name} is out of bounds: ${quoted(value)}.`
  return undefined
}

/**
 * @param values undefined: all defaults
 * @returns a value for every parameter of the demo, within its bounds
 */
export function checkParameters(
  manifest: DemoManifest,
  values: unknown,
): Result<Parameters, Refusal> {
  const given = values ?? {}
  if (!isRecord(given))
    return usage(
      `The parameters of ${manifest.id} must be names with values, not ${quoted(given)}.`,
      'Give each as name=value.',
    )
  const allowed = manifest.parameters.map((definition) => definition.id)
  const unknown = Object.keys(given).find((name) => !allowed.includes(name))
  if (unknown !== undefined) return unknownName('parameter', unknown, ` of ${manifest.id}`, allowed)

  const complete: [string, number][] = []
  for (const definition of manifest.parameters) {
    const value = given[definition.id] ?? definition.default
    const fault = parameterFault(definition, value)
    if (fault !== undefined) return usage(fault, bounds(definition))
    complete.push([definition.id, Number(value)])
  }
  return success(Object.fromEntries(complete))
}

const REQUEST_KEYS: readonly string[] = [
  'demo',
  'variant',
  'parameters',
  'repeats',
  'baseline',
  'engine',
  'twin',
  'script',
] satisfies (keyof RunRequest)[]

/**
 * Checks a request and fills in its defaults. Pure; nothing is started.
 * @param request what `RunRequest` describes; all but `demo` may be left out
 */
export function checkRequest(
  demos: readonly Demo[],
  request: unknown,
  capabilities: Capabilities = EVERYTHING,
): Result<RunRequest, Refusal> {
  if (!isRecord(request))
    return usage('A request to run must be an object.', `Give it: ${REQUEST_KEYS.join(', ')}.`)
  const extra = Object.keys(request).find((key) => !REQUEST_KEYS.includes(key))
  if (extra !== undefined) return unknownName('field', extra, ' of the request', REQUEST_KEYS)

  const demo = checkDemo(demos, request['demo'])
  if (!demo.ok) return demo
  const { manifest } = demo.value
  const variant = checkVariant(manifest, request['variant'], capabilities)
  if (!variant.ok) return variant
  const parameters = checkParameters(manifest, request['parameters'])
  if (!parameters.ok) return parameters

  const repeats = request['repeats'] ?? manifest.defaultRepeats
  if (
    typeof repeats !== 'number' ||
    !Number.isInteger(repeats) ||
    repeats < 1 ||
    repeats > MAX_REPEATS
  )
    return usage(
      `The number of repeats cannot be ${quoted(repeats)}.`,
      `Use a whole number from 1 to ${MAX_REPEATS}.`,
    )
  const asked = request['baseline'] ?? true
  if (typeof asked !== 'boolean')
    return usage(`The baseline can be on or off, not ${quoted(asked)}.`, 'Use true or false.')
  // With a twin the variant is compared with itself.
  const baseline = asked && request['twin'] === undefined
  const other =
    baseline && variant.value.baseline !== undefined
      ? checkVariant(manifest, variant.value.baseline, capabilities)
      : success(undefined)
  if (!other.ok) return other
  const python = checkPythonPart(request, manifest, variant.value, other.value)
  if (!python.ok) return python

  return success({
    demo: manifest.id,
    variant: variant.value.id,
    parameters: parameters.value,
    repeats,
    baseline,
    ...python.value,
  })
}
