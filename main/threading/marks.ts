/**
 * What JSON cannot say, said in JSON: `{ [MARK]: [what, …] }`. Numbers that JSON has no word for,
 * undefined, bigint, Date, Map, Set, RegExp, Error, ArrayBuffer and its views, and instances of
 * classes that a module of the program exports (instances.ts).
 *
 * The same object twice in an item comes back as two; circular data is refused.
 */
import { PicklingError, ValueError } from './errors.ts'
import { toHandle } from './handles.ts'
import { describeInstance, isPlain, makeInstance } from './instances.ts'
import { packBase64, unpackBase64 } from './base64.ts'

export const MARK = '\u0000interleave'
const MAXIMUM_DEPTH = 500

type ViewClass = new (memory: ArrayBufferLike) => ArrayBufferView

/** Those that are worth an encoding of their own (codec.ts) first. */
const VIEWS: readonly ViewClass[] = [
  Float64Array,
  Int32Array,
  Float32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  BigInt64Array,
  BigUint64Array,
  DataView,
]
const BUFFER = VIEWS.length

/** By kind: makes it of a memory of its own. */
export const ARRAYS: readonly ((memory: ArrayBufferLike) => object)[] = [
  ...VIEWS.map((View) => (memory: ArrayBufferLike) => new View(memory)),
  (memory) => memory,
]

/** Built-in errors come back as what they are, others as an Error of that name. */
const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]

/**
 * The bytes of an ArrayBuffer or a view of one; undefined for anything else.
 * @throws PicklingError for shared memory: a copy would not be shared.
 */
export function arrayOf(value: object): { kind: number; bytes: Uint8Array } | undefined {
  if (value instanceof SharedArrayBuffer) throw sharedMemory()
  if (value instanceof ArrayBuffer) return { kind: BUFFER, bytes: new Uint8Array(value) }
  if (!ArrayBuffer.isView(value)) return undefined
  const { buffer, byteOffset, byteLength } = value
  if (buffer instanceof SharedArrayBuffer) throw sharedMemory()
  const kind = VIEWS.findIndex((View) => value instanceof View)
  return { kind, bytes: new Uint8Array(buffer, byteOffset, byteLength) }
}

const sharedMemory = (): PicklingError =>
  new PicklingError(
    `Can't pickle shared memory: an item is copied; pass it as an argument of the Thread`,
  )

/** @throws PicklingError for what cannot travel, ValueError for data too deep or circular. */
export const mark = (value: unknown): unknown => new Marker().mark(value, 'item')

class Marker {
  readonly #path: object[] = []

  mark(value: unknown, place: string): unknown {
    switch (typeof value) {
      case 'bigint':
        return marked('bigint', String(value))
      case 'undefined':
        return marked('undefined')
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : marked('number', Object.is(value, -0) ? '-0' : String(value))
      case 'function':
        throw new PicklingError(`Can't pickle function ${value.name || '<anonymous>'}${at(place)}`)
      case 'symbol':
        throw new PicklingError(`Can't pickle ${String(value)}${at(place)}`)
      case 'object':
        return value === null ? null : this.#within(value, place)
      default:
        return value
    }
  }

  #within(value: object, place: string): unknown {
    const path = this.#path
    if (path.includes(value)) throw new ValueError(`can't put circular data${at(place)}`)
    if (path.length >= MAXIMUM_DEPTH)
      throw new ValueError(`can't put data nested deeper than ${MAXIMUM_DEPTH} levels, or circular`)
    path.push(value)
    const result = this.#object(value, place)
    path.pop()
    return result
  }

  #object(value: object, place: string): unknown {
    if (Array.isArray(value)) return this.#list(value, place)
    if (isPlain(value)) return marked('object', this.#fields(value, place))
    if (toHandle in value)
      throw new PicklingError(
        `Can't pickle ${value.constructor.name} object${at(place)}: ` +
          'pass it as an argument of the Thread',
      )
    const described = this.#builtIn(value, place)
    if (described !== undefined) return described
    const instance = describeInstance(value)
    if (instance === undefined)
      throw new PicklingError(`Can't pickle ${value.constructor.name} object${at(place)}`)
    const { module, name } = instance.class
    return marked('instance', module, name, this.#fields(instance.fields, place))
  }

  #builtIn(value: object, place: string): unknown {
    if (value instanceof Date && Object.getPrototypeOf(value) === Date.prototype)
      return marked('date', this.mark(value.getTime(), place))
    if (value instanceof Map && Object.getPrototypeOf(value) === Map.prototype)
      return marked('map', this.#list(Array.from(value), place))
    if (value instanceof Set && Object.getPrototypeOf(value) === Set.prototype)
      return marked('set', this.#list(Array.from(value), place))
    if (value instanceof RegExp) return marked('regexp', value.source, value.flags)
    if (value instanceof Error) {
      const { name, message, stack } = value
      const own = Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'name'))
      const cause: Record<string, unknown> = 'cause' in value ? { cause: value.cause } : {}
      return marked('error', name, message, stack ?? '', this.#fields({ ...own, ...cause }, place))
    }
    const array = arrayOf(value)
    return array && marked('array', array.kind, packBase64(array.bytes))
  }

  #list(items: readonly unknown[], place: string): unknown[] {
    return Array.from(items, (item, index) => this.mark(item, `${place}[${index}]`))
  }

  /** As a list of entries: keys like the mark itself or `toJSON` stay ordinary keys. */
  #fields(value: object, place: string): [string, unknown][] {
    return Object.entries(value).map(([key, item]) => [key, this.mark(item, `${place}.${key}`)])
  }
}

const at = (place: string): string => (place === 'item' ? '' : ` (at ${place})`)

const marked = (what: string, ...content: readonly unknown[]) => ({ [MARK]: [what, ...content] })

/** The inverse of `mark`. */
export function unmark(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(unmark)
  // Written by `mark`: every object in marked JSON is a mark.
  const [what, ...content] = (value as Record<string, readonly [string, ...unknown[]]>)[MARK] ?? [
    '',
  ]
  return revive(what, content)
}

function revive(what: string, content: readonly unknown[]): unknown {
  const [first, second, third, fourth] = content
  switch (what) {
    case 'bigint':
      return BigInt(String(first))
    case 'number':
      return Number(first)
    case 'undefined':
      return undefined
    case 'object':
      return Object.fromEntries(entriesOf(first))
    case 'date':
      return new Date(Number(unmark(first)))
    case 'map':
      return new Map(unmark(first) as [unknown, unknown][])
    case 'set':
      return new Set(unmark(first) as unknown[])
    case 'regexp':
      return new RegExp(String(first), String(second))
    case 'array':
      return ARRAYS[Number(first)]?.(unpackBase64(String(second)).buffer)
    case 'instance': {
      const object = makeInstance({ module: String(first), name: String(second) })
      return withFields(object, entriesOf(third))
    }
    case 'error':
      return reviveError(String(first), String(second), String(third), entriesOf(fourth))
    default:
      throw new Error(`no item is marked as ${what}`)
  }
}

const entriesOf = (list: unknown): [string, unknown][] =>
  (list as [string, unknown][]).map(([key, item]) => [key, unmark(item)])

function withFields(object: object, fields: readonly [string, unknown][]): object {
  const attributes = { enumerable: true, configurable: true, writable: true }
  // Defined, not assigned: a key `__proto__` stays a key.
  for (const [key, value] of fields) Object.defineProperty(object, key, { value, ...attributes })
  return object
}

function reviveError(
  name: string,
  message: string,
  stack: string,
  fields: readonly [string, unknown][],
): Error {
  const Known = ERRORS.find((known) => known.name === name)
  const error = new (Known ?? Error)(message)
  const hidden = { configurable: true, writable: true }
  Object.defineProperty(error, 'stack', { value: stack, ...hidden })
  if (Known === undefined) Object.defineProperty(error, 'name', { value: name, ...hidden })
  for (const [key, value] of fields)
    Object.defineProperty(error, key, { value, enumerable: key !== 'cause', ...hidden })
  return error
}
