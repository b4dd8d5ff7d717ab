/**
 * Functions travel by name, as under Python's spawn: a module is registered with its namespace
 * when it is loaded, and what it exports can then be named to another thread or process, which
 * imports the module for itself. A closure has no such name and is refused.
 */
import { PicklingError, RuntimeError } from './errors.ts'
import { locationIn } from './location.ts'
import { runtime, type TargetReference } from './runtime.ts'

/** Any function; what it is called with is checked by the function itself. */
export type Target = (...args: never[]) => unknown

const references = new WeakMap<object, TargetReference>()

const isTarget = (value: unknown): value is Target => typeof value === 'function'

/** @param url under which another thread can import the module. */
export function registerModule(url: string, namespace: object): void {
  for (const [name, value] of Object.entries(namespace))
    // The first name stays: a function re-exported by a second module is still the same function.
    if (isTarget(value) && !references.has(value)) references.set(value, { module: url, name })
}

/** @throws PicklingError for a function that no registered module exports. */
export function referenceOf(target: Target): TargetReference {
  const reference = references.get(target)
  if (reference !== undefined) return reference
  const name = target.name || '<lambda>'
  const line = locationIn(new Error().stack ?? '')
  throw new PicklingError(
    `Can't pickle local function ${name}${line && ` (used at ${line})`}: ` +
      'a target must be exported by its module',
  )
}

/**
 * Imports the module and registers it.
 * @throws RuntimeError when the module has no such function, and whatever the module throws.
 */
export async function resolveTarget(reference: TargetReference): Promise<Target> {
  runtime.importing = true
  let namespace: Readonly<Record<string, unknown>>
  try {
    namespace = (await import(/* @vite-ignore */ reference.module)) as Record<string, unknown>
  } finally {
    runtime.importing = false
  }
  registerModule(reference.module, namespace)
  const target = namespace[reference.name]
  if (!isTarget(target))
    throw new RuntimeError(`${reference.module} exports no function ${reference.name}`)
  return target
}
