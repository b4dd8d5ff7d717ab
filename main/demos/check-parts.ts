/** Variants and parameters that come from outside. */
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import type { Limits } from './check-estimate.ts'
import type {
  DemoManifest,
  ParameterDefinition,
  Parameters,
  VariantDefinition,
} from './manifest.ts'
import { about, isRecord, quoted, unknownName, usage } from './refusals.ts'

/** What this machine and host can run. */
export type Capabilities = Readonly<Record<VariantDefinition['needs'][number], boolean>> & {
  /** What a run may take; absent: whatever it takes. */
  readonly limits?: Limits
}

export const EVERYTHING: Capabilities = { threads: true, processes: true }

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

export const bounds = (definition: ParameterDefinition): string => {
  const unit = definition.unit === undefined ? '' : ` ${definition.unit}`
  const kind = definition.kind === 'integer' ? 'a whole number' : 'a number'
  return `Use ${kind} from ${definition.minimum} to ${definition.maximum}${unit}.`
}

/** @returns one sentence about what is wrong with the value; undefined: nothing */
export function parameterFault(
  definition: ParameterDefinition,
  value: unknown,
): string | undefined {
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
    if (fault !== undefined)
      return failure(about(definition.id, refusal('usage', fault, bounds(definition))))
    complete.push([definition.id, Number(value)])
  }
  return success(Object.fromEntries(complete))
}
