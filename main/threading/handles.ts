/**
 * Primitives travel to another thread as handles: what structured clone can carry of them (shared
 * memory, ids, names). The receiver makes its own object on the same memory.
 *
 * A class that can travel implements `[toHandle]()` and registers how to revive its handles. Other
 * rooms (main/multiprocessing) register their own types here. A program's class that extends one of
 * them travels as its handle, its class and its own fields; see instances.ts for other instances.
 */
import { PicklingError } from './errors.ts'
import {
  becomeInstance,
  describeInstance,
  isPlain,
  makeInstance,
  type InstanceDescription,
} from './instances.ts'
import type { TargetReference } from './runtime.ts'
import { knownReference } from './targets.ts'

export const toHandle: unique symbol = Symbol('interleave.toHandle')

export interface Handle {
  /** Name of the class, unique among registered types. */
  readonly type: string
}

export interface Shareable {
  [toHandle](): Handle
}

interface Type {
  readonly revive: (handle: Handle) => Shareable
  readonly ownFields: boolean
}

/** Marks a handle among plain data; no program uses it as a key by accident. */
const MARK = '\u0000interleave.handle'

/** What stands for an object in the copy that travels. */
interface Stand {
  /** Null: an instance that is no primitive. */
  readonly [MARK]: Handle | null
  readonly class?: TargetReference
  readonly fields?: Record<string, unknown>
}

const types = new Map<string, Type>()

/**
 * @param revive makes an object of the handle that `[toHandle]` of this type gave.
 * @param ownFields false: fields of a program's subclass stay where they are.
 */
export function registerShareable<Given extends Handle>(
  type: Given['type'],
  revive: (handle: Given) => Shareable,
  { ownFields = true } = {},
): void {
  // The registry is keyed by `type`, so a reviver only ever sees handles of its own type.
  types.set(type, { revive: revive as Type['revive'], ownFields })
}

const isShareable = (value: object): value is Shareable => toHandle in value
/** Whether it stands for a primitive or an instance, rather than being plain data. */
export const isStand = (value: object): value is Stand => MARK in value

/** Puts the copy of an object into the map before it goes on to what the object refers to. */
type Replace = (value: object, map: DeepMap) => object | undefined

/** Copies plain objects and arrays at any depth; the same object twice is the same copy twice. */
class DeepMap {
  readonly #replace: Replace
  readonly #seen = new Map<object, object>()

  constructor(replace: Replace) {
    this.#replace = replace
  }

  map(value: unknown): unknown {
    if (typeof value === 'function')
      throw new PicklingError(
        `Can't pickle function ${value.name || '<anonymous>'} as an argument: only a target may ` +
          'be a function',
      )
    if (typeof value === 'symbol') throw new PicklingError(`Can't pickle ${String(value)}`)
    if (typeof value !== 'object' || value === null) return value
    const known = this.#seen.get(value)
    if (known !== undefined) return known
    const replaced = this.#replace(value, this)
    if (replaced !== undefined) return this.keep(value, replaced)
    if (Array.isArray(value)) {
      const copy = this.keep<unknown[]>(value, [])
      for (const item of value) copy.push(this.map(item))
      return copy
    }
    return isPlain(value) ? this.fill(this.keep(value, {}), value) : value
  }

  keep<Copy extends object>(value: object, copy: Copy): Copy {
    this.#seen.set(value, copy)
    return copy
  }

  /** Gives `copy` copies of the own enumerable fields of `value`. */
  fill<Copy extends object>(copy: Copy, value: object): Copy {
    for (const [key, item] of Object.entries(value))
      // Defined, not assigned: a key `__proto__` stays a key.
      Object.defineProperty(copy, key, {
        value: this.map(item),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    return copy
  }
}

/**
 * A copy in which primitives and instances of a program's classes, at any depth of plain objects and
 * arrays, are replaced by what stands for them. Everything else is left to structured clone.
 * @throws PicklingError for functions, symbols, and instances of classes that are not exported.
 */
export function toHandles(value: unknown): unknown {
  return new DeepMap((item, map) => {
    if (isShareable(item)) {
      const handle = item[toHandle]()
      const described = describeSubclass(item, handle)
      return described ? standFor(item, handle, described, map) : { [MARK]: handle }
    }
    const described = describeInstance(item)
    return described && standFor(item, null, described, map)
  }).map(value)
}

function standFor(
  value: object,
  handle: Handle | null,
  described: InstanceDescription,
  map: DeepMap,
): Stand {
  const stand = { [MARK]: handle, class: described.class, fields: {} }
  map.fill(map.keep(value, stand).fields, described.fields)
  return stand
}

/**
 * Undefined for an object of a primitive's own class, and where only the handle is to travel: an
 * object of a class that is not exported arrives as one of the primitive's.
 */
function describeSubclass(value: Shareable, handle: Handle): InstanceDescription | undefined {
  const prototype = Object.getPrototypeOf(value) as object
  if (Object.hasOwn(prototype, toHandle) || types.get(handle.type)?.ownFields !== true)
    return undefined
  return knownReference(value.constructor) && describeInstance(value)
}

/**
 * The inverse of `toHandles`, on what structured clone delivered.
 * @param open makes handles fit to be revived here, if they are not.
 * @throws ModuleNotLoaded for a class whose module this thread has not imported, PicklingError for
 * a handle whose type is not registered in this thread.
 */
export function fromHandles(value: unknown, open = (handle: Handle): Handle => handle): unknown {
  return new DeepMap((item, map) => {
    if (!isStand(item)) return undefined
    const { [MARK]: handle, class: reference, fields = {} } = item
    if (handle === null) {
      // Written by `standFor`, which names the class of every instance.
      const instance = makeInstance(reference as TargetReference)
      return map.fill(map.keep(item, instance), fields)
    }
    const object = map.keep(item, revive(open(handle)))
    // An object that this thread has already keeps the fields it has here.
    if (reference && becomeInstance(object, reference)) map.fill(object, fields)
    return object
  }).map(value)
}

/**
 * A copy of what `toHandles` gave with every handle changed: how handles are made fit to cross to
 * another process, and to be revived there.
 */
export function mapHandles(value: unknown, change: (handle: Handle) => Handle): unknown {
  return new DeepMap((item, map) => {
    if (!isStand(item)) return undefined
    const { [MARK]: handle, class: reference, fields } = item
    const changed = handle && change(handle)
    if (reference === undefined || fields === undefined) return { [MARK]: changed }
    return standFor(item, changed, { class: reference, fields }, map)
  }).map(value)
}

function revive(handle: Handle): Shareable {
  const type = types.get(handle.type)
  if (type === undefined)
    throw new PicklingError(
      `Can't unpickle ${handle.type}: its module is not loaded in this thread`,
    )
  return type.revive(handle)
}
