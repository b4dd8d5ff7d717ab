/** Requests come from outside (a window, the command line): nothing of them is believed unchecked. */
import { failure, success, type Refusal, type Result } from '../core/result.ts'
import { MAX_REPEATS, SCRIPT_DEMO, type RunRequest } from '../run/contract.ts'
import { estimateFault } from './check-estimate.ts'
import { casesFault, checkOthers, checkSweep } from './check-cases.ts'
import { checkParameters, checkVariant, EVERYTHING, type Capabilities } from './check-parts.ts'
import { checkPythonPart } from './check-python.ts'
import type { Demo } from './demo.ts'
import { scriptDemo } from './index.ts'
import { isRecord, quoted, unknownName, usage } from './refusals.ts'

export { checkParameters, checkVariant, EVERYTHING, type Capabilities }

export function checkDemo(demos: readonly Demo[], id: unknown): Result<Demo, Refusal> {
  const ids = demos.map((demo) => demo.manifest.id)
  if (typeof id !== 'string')
    return usage('The request names no demo.', `Choose one of: ${ids.join(', ')}.`)
  // Not in the catalogue, and not among the choices: it needs a script.
  if (id === SCRIPT_DEMO) return success(scriptDemo)
  const demo = demos.find((candidate) => candidate.manifest.id === id)
  return demo === undefined ? unknownName('demo', id, '', ids) : success(demo)
}

const REQUEST_KEYS: readonly string[] = [
  'demo',
  'variant',
  'parameters',
  'repeats',
  'baseline',
  'others',
  'sweep',
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
  const others = checkOthers(manifest, variant.value, request['others'], capabilities)
  if (!others.ok) return others
  // With a twin the variant is compared with itself, with others it is what they are compared with.
  const baseline = asked && request['twin'] === undefined && others.value.length === 0
  const other =
    baseline && variant.value.baseline !== undefined
      ? checkVariant(manifest, variant.value.baseline, capabilities)
      : success(undefined)
  if (!other.ok) return other
  const variants = [variant.value, ...others.value, ...(other.value ? [other.value] : [])]
  const python = checkPythonPart(request, manifest, variants)
  if (!python.ok) return python
  const sweep = checkSweep(manifest, request['sweep'], parameters.value, variants, python.value)
  if (!sweep.ok) return sweep

  const checked: RunRequest = {
    demo: manifest.id,
    variant: variant.value.id,
    parameters: parameters.value,
    repeats,
    baseline,
    ...(others.value.length > 0 && { others: others.value.map(({ id }) => id) }),
    ...(sweep.value.length > 0 && { sweep: sweep.value }),
    ...python.value,
  }
  const { limits } = capabilities
  const fault =
    casesFault(checked, variants.length) ??
    (limits && estimateFault(demo.value, checked, variants, limits))
  return fault === undefined ? success(checked) : failure(fault)
}
