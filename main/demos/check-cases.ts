/** What makes several cases of a request: other variants, and the values of a sweep. */
import { formatCount, plural } from '../core/figures-format.ts'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import {
  MAX_SECTIONS,
  MAX_SWEEP_VALUES,
  SCRIPT_DEMO,
  type RunRequest,
  type SweepAxis,
} from '../run/contract.ts'
import { engineOf } from '../run/engines.ts'
import {
  bounds,
  checkParameters,
  checkVariant,
  parameterFault,
  type Capabilities,
} from './check-parts.ts'
import type { DemoManifest, Parameters, VariantDefinition } from './manifest.ts'
import { about, isRecord, quoted, unknownName, usage } from './refusals.ts'
import { pointsOf } from './sweeps.ts'

const MOST_AXES = 2
const AXIS_KEYS: readonly string[] = ['parameter', 'values'] satisfies (keyof SweepAxis)[]

/** @param variant the request's own, checked. @returns none where none are asked for. */
export function checkOthers(
  manifest: DemoManifest,
  variant: VariantDefinition,
  value: unknown,
  capabilities: Capabilities,
): Result<readonly VariantDefinition[], Refusal> {
  if (value === undefined) return success([])
  if (!Array.isArray(value))
    return usage(
      `The other variants must be a list of names, not ${quoted(value)}.`,
      'Give the name of each.',
    )
  const others: VariantDefinition[] = []
  for (const id of value as readonly unknown[]) {
    const other = checkVariant(manifest, id ?? '', capabilities)
    if (!other.ok) return other
    if ([variant, ...others].includes(other.value))
      return usage(
        `Variant "${other.value.id}" is named twice.`,
        other.value === variant
          ? 'It is run anyway: name only those that it is compared with.'
          : 'Name each once.',
      )
    others.push(other.value)
  }
  return success(others)
}

/**
 * @param parameters of the request, checked. @param variants that are run, checked.
 * @returns no axis where none is asked for
 */
export function checkSweep(
  manifest: DemoManifest,
  value: unknown,
  parameters: Parameters,
  variants: readonly VariantDefinition[],
  engines: Pick<RunRequest, 'engine' | 'twin'>,
): Result<readonly SweepAxis[], Refusal> {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return success([])
  if (!Array.isArray(value) || value.length > MOST_AXES)
    return usage(
      Array.isArray(value)
        ? `A sweep goes over one parameter or two, not ${formatCount(value.length)}.`
        : `A sweep must be a list of parameters with their values, not ${quoted(value)}.`,
      'Give each as a parameter with a list of values.',
    )
  if (manifest.id === SCRIPT_DEMO)
    return usage('A script has no parameters that could be swept.', 'Run it without the sweep.')
  if (engines.twin !== undefined)
    return usage(
      'A twin is compared at one point, not over a sweep.',
      'Leave out the twin, or the sweep.',
    )
  const fixed = variants.find((variant) => takesNothing(variant, engines))
  if (fixed !== undefined) return refuseFixed(manifest, fixed, engines)
  const axes: SweepAxis[] = []
  for (const each of value as readonly unknown[]) {
    const axis = checkAxis(manifest, each)
    if (!axis.ok) return axis
    const { parameter } = axis.value
    if (axes.some((other) => other.parameter === parameter))
      return usage(`Parameter "${parameter}" is swept twice.`, 'Give all its values at once.')
    axes.push(axis.value)
  }
  for (const point of pointsOf(axes)) {
    const checked = checkParameters(manifest, { ...parameters, ...point })
    if (!checked.ok) return checked
  }
  return success(axes)
}

function checkAxis(manifest: DemoManifest, axis: unknown): Result<SweepAxis, Refusal> {
  if (!isRecord(axis))
    return usage(
      `A sweep’s parameter must be an object, not ${quoted(axis)}.`,
      'Give it a parameter and a list of values.',
    )
  const extra = Object.keys(axis).find((key) => !AXIS_KEYS.includes(key))
  if (extra !== undefined) return unknownName('field', extra, ' of a sweep', AXIS_KEYS)
  const { parameter, values } = axis
  const ids = manifest.parameters.map(({ id }) => id)
  const definition = manifest.parameters.find(({ id }) => id === parameter)
  if (definition === undefined)
    return typeof parameter === 'string'
      ? unknownName('parameter', parameter, ` of ${manifest.id}`, ids)
      : usage(
          `A sweep’s parameter must be a name, not ${quoted(parameter)}.`,
          `Choose one of: ${ids.join(', ')}.`,
        )
  const { id } = definition
  if (!Array.isArray(values))
    return usage(`The values of "${id}" must be a list, not ${quoted(values)}.`, bounds(definition))
  const checked: number[] = []
  for (const each of values as readonly unknown[]) {
    const fault = parameterFault(definition, each)
    if (fault !== undefined) return failure(about(id, refusal('usage', fault, bounds(definition))))
    const number = Number(each)
    if (checked.includes(number))
      return usage(`The value ${number} of "${id}" is given twice.`, 'Give each value once.')
    checked.push(number)
  }
  if (checked.length < 2 || checked.length > MAX_SWEEP_VALUES)
    return usage(
      `A sweep over "${id}" cannot have ${plural(checked.length, 'value')}.`,
      `Give 2 to ${MAX_SWEEP_VALUES} values.`,
    )
  return success({ parameter: id, values: checked })
}

/** It runs a text as it stands. */
const takesNothing = (
  { python }: VariantDefinition,
  engines: Pick<RunRequest, 'engine' | 'twin'>,
): boolean => engineOf(engines).kind === 'cpython' && python?.takes === 'nothing'

function refuseFixed(
  { id, variants }: DemoManifest,
  fixed: VariantDefinition,
  engines: Pick<RunRequest, 'engine' | 'twin'>,
): Result<never, Refusal> {
  const others = variants.filter(
    (variant) => variant.python !== undefined && !takesNothing(variant, engines),
  )
  const choice =
    others.length === 0 ? '' : `, or choose one of: ${others.map((each) => each.id).join(', ')}`
  return usage(
    `Variant "${fixed.id}" of ${id} runs its program as it stands, without parameters: there is nothing to sweep.`,
    `Leave out the sweep${choice}.`,
  )
}

/** @param variants how many are run. @returns why it is too much; undefined: it is not. */
export function casesFault(
  { sweep = [], twin, repeats }: Pick<RunRequest, 'sweep' | 'twin' | 'repeats'>,
  variants: number,
): Refusal | undefined {
  const cases =
    variants *
    (twin === undefined ? 1 : 2) *
    sweep.reduce((all, { values }) => all * values.length, 1)
  const sections = cases * repeats
  if (sections <= MAX_SECTIONS) return undefined
  const factors = [
    ...(variants > 1 ? [plural(variants, 'variant')] : []),
    ...sweep.map(({ parameter, values }) => `${plural(values.length, 'value')} of "${parameter}"`),
    plural(repeats, 'repeat'),
  ]
  const most = Math.floor(MAX_SECTIONS / cases)
  return about(
    'repeats',
    refusal(
      'usage',
      `The run would have ${formatCount(sections)} sections: ${factors.join(' × ')}. At most ${MAX_SECTIONS} are run.`,
      most < 1
        ? 'Choose fewer values or fewer variants.'
        : `Choose at most ${plural(most, 'repeat')}, or fewer values.`,
    ),
  )
}
