/**
 * Functions and classes travel by name, as under Python's spawn: a module is registered with its
 * namespace when it is loaded, and what it exports can then be named to another thread or process,
 * which imports the module for itself. A closure has no such name and is refused.
 */
import { PicklingError, RuntimeError } from './errors.ts'
import { callerLocation } from './location.ts'
import { runtime, type TargetReference } from './runtime.ts'

/** Any function; what it is called with is checked by the function itself. */
export type Target = (...args: never[]) => unknown

/** The class or function is there, but this thread has not imported the module that exports it. */
export class ModuleNotLoaded extends PicklingError {
  readonly module: string

  constructor({ module, name }: TargetReference) {
    super(`Can't unpickle ${name}: this thread has not imported ${module}`)
    this.module = module
  }
}

const references = new WeakMap<object, TargetReference>()
/** By URL: what this thread has imported so far. */
const namespaces = new Map<string, Readonly<Record<string, unknown>>>()

const isTarget = (value: unknown): value is Target => typeof value === 'function'

/** @param url under which another thread can import the module. */
export function registerModule(url: string, namespace: object): void {
  // A module's namespace is an object with its exports as fields.
  namespaces.set(url, namespace as Readonly<Record<string, unknown>>)
  for (const [name, value] of Object.entries(namespace))
    // The first name stays: a function re-exported by a second module is still the same function.
    if (isTarget(value) && !references.has(value)) references.set(value, { module: url, name })
}

/** Of a function or class; undefined when no registered module exports it. */
export const knownReference = (exported: object): TargetReference | undefined =>
  references.get(exported)

/**
 * @param at where the program handed the function over, as `program.ts:12`.
 * @throws PicklingError for a function that no registered module exports.
 */
export function referenceOf(target: Target, at?: string): TargetReference {
  const reference = references.get(target)
  if (reference !== undefined) return reference
  const line = at ?? callerLocation()
  throw new PicklingError(
    `Can't pickle local object '${nameOf(target)}'${line && ` (used at ${line})`}: ` +
      'what a thread or process runs must be exported by its module',
  )
}

/** Python's `__name__`: an arrow function is a lambda, also where JavaScript calls it `target`. */
export function nameOf(target: Target): string {
  if (target.name === '') return '<lambda>'
  const inferred = target.name === 'target' && /^(async\s*)?(\(|\w+\s*=>|function\s*\()/
  return inferred && inferred.test(Function.prototype.toString.call(target))
    ? '<lambda>'
    : target.name
}

/**
 * What an imported module exports under the name; undefined when it exports no such thing.
 * @throws ModuleNotLoaded
 */
export function loadedExport(reference: TargetReference): unknown {
  const namespace = namespaces.get(reference.module)
  if (namespace === undefined) throw new ModuleNotLoaded(reference)
  return namespace[reference.name]
}

/**
 * Imports the module for this thread and registers it.
 * @throws whatever the module throws.
 */
export async function importModule(url: string): Promise<void> {
  if (namespaces.has(url)) return
  runtime.importing = true
  try {
    registerModule(url, (await import(/* @vite-ignore */ url)) as object)
  } finally {
    runtime.importing = false
  }
}

/**
 * Imports the module and registers it.
 * @throws RuntimeError when the module has no such function, and whatever the module throws.
 */
export async function resolveTarget(reference: TargetReference): Promise<Target> {
  await importModule(reference.module)
  const target = loadedExport(reference)
  if (!isTarget(target))
    throw new RuntimeError(`${reference.module} exports no function ${reference.name}`)
  return target
}
