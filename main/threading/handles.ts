/**
 * Primitives travel to another thread as handles: what structured clone can carry of them (shared
 * memory, ids, names). The receiver makes its own object on the same memory.
 *
 * A class that can travel implements `[toHandle]()` and registers how to revive its handles. Other
 * rooms (main/multiprocessing) register their own types here.
 */
import { PicklingError } from './errors.ts'

export const toHandle: unique symbol = Symbol('interleave.toHandle')

export interface Handle {
  /** Name of the class, unique among registered types. */
  readonly type: string
}

export interface Shareable {
  [toHandle](): Handle
}

type Reviver = (handle: Handle) => Shareable

/** Marks a handle among plain data; no program uses it as a key by accident. */
const MARK = '\u0000interleave.handle'

const revivers = new Map<string, Reviver>()

/** @param revive makes an object of the handle that `[toHandle]` of this type gave. */
export function registerShareable<Given extends Handle>(
  type: Given['type'],
  revive: (handle: Given) => Shareable,
): void {
  // The registry is keyed by `type`, so a reviver only ever sees handles of its own type.
  revivers.set(type, revive as Reviver)
}

const isShareable = (value: object): value is Shareable => toHandle in value

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function mapDeep(
  value: unknown,
  replace: (value: object) => unknown,
  seen: Map<object, unknown>,
): unknown {
  if (typeof value === 'function')
    throw new PicklingError(
      `Can't pickle function ${value.name || '<anonymous>'} as an argument: only a target may be ` +
        'a function',
    )
  if (typeof value === 'symbol') throw new PicklingError(`Can't pickle ${String(value)}`)
  if (typeof value !== 'object' || value === null) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  const replaced = replace(value)
  if (replaced !== undefined) {
    seen.set(value, replaced)
    return replaced
  }
  if (Array.isArray(value)) {
    const copy: unknown[] = []
    seen.set(value, copy)
    for (const item of value) copy.push(mapDeep(item, replace, seen))
    return copy
  }
  if (!isPlain(value)) return value
  const copy: Record<string, unknown> = {}
  seen.set(value, copy)
  for (const [key, item] of Object.entries(value))
    // Defined, not assigned: a key `__proto__` stays a key.
    Object.defineProperty(copy, key, {
      value: mapDeep(item, replace, seen),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return copy
}

/**
 * A copy in which primitives, at any depth of plain objects and arrays, are replaced by handles.
 * Everything else is left to structured clone.
 * @throws PicklingError for functions and symbols.
 */
export function toHandles(value: unknown): unknown {
  return mapDeep(
    value,
    (item) => (isShareable(item) ? { [MARK]: item[toHandle]() } : undefined),
    new Map(),
  )
}

/**
 * The inverse of `toHandles`, on what structured clone delivered.
 * @throws PicklingError for a handle whose type is not registered in this thread.
 */
export function fromHandles(value: unknown): unknown {
  return mapDeep(
    value,
    (item) => {
      if (!(MARK in item)) return undefined
      return revive(item[MARK] as Handle)
    },
    new Map(),
  )
}

/**
 * A copy of what `toHandles` gave with every handle changed: how handles are made fit to cross to
 * another process, and to be revived there.
 */
export function mapHandles(value: unknown, change: (handle: Handle) => Handle): unknown {
  return mapDeep(
    value,
    (item) => (MARK in item ? { [MARK]: change(item[MARK] as Handle) } : undefined),
    new Map(),
  )
}

function revive(handle: Handle): Shareable {
  const reviver = revivers.get(handle.type)
  if (reviver === undefined)
    throw new PicklingError(
      `Can't unpickle ${handle.type}: its module is not loaded in this thread`,
    )
  return reviver(handle)
}
