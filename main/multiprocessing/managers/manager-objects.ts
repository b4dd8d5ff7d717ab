/** What proxies of a manager stand for: a dict, a list, a namespace, a value, in the runner. */
import { isDeepStrictEqual } from 'node:util'
import { ValueError } from '../../threading/errors.ts'
import { isStand } from '../../threading/handles.ts'
import { AttributeError, IndexError, KeyError } from '../errors.ts'
import { rangeOf, typeName } from '../sharedctypes/cells.ts'

export type ManagedMethods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

function repr(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'object' && value !== null) return `<${typeName(value)}>`
  return String(value)
}

const entriesOf = (value: unknown): [unknown, unknown][] => {
  if (value === undefined) return []
  if (value instanceof Map) return [...value]
  // A list of pairs, as Python's dict takes.
  if (Array.isArray(value)) return value.map((pair: unknown) => pairOf(pair))
  if (typeof value === 'object' && value !== null) return Object.entries(value)
  throw new TypeError(`'${typeName(value)}' object is not iterable`)
}

function pairOf(value: unknown): [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2)
    throw new ValueError('dictionary update sequence element has not length 2')
  return [value[0], value[1]]
}

/**
 * What keys that are equal in Python have in common: 1 and true, arrays (Python's tuples) of the
 * same parts.
 * @throws TypeError for what is no key in Python.
 */
function keyOf(key: unknown): unknown {
  if (typeof key === 'boolean') return Number(key)
  if (typeof key === 'bigint') return BigInt(Number(key)) === key ? Number(key) : key
  if (Array.isArray(key)) return `\u0000(${JSON.stringify(key.map(partOf))}`
  if (key instanceof Set) throw new TypeError("unhashable type: 'set'")
  // An instance is itself and no other, as in Python.
  if (key instanceof Object && !(key instanceof Date) && !isStand(key))
    throw new TypeError("unhashable type: 'dict'")
  return key ?? undefined
}

const partOf = (part: unknown): readonly string[] => {
  const key = keyOf(part)
  return [typeof key, String(key)]
}

export function managedDict(initial: unknown): ManagedMethods {
  /** By `keyOf`, in the order in which they came. */
  const dict = new Map<unknown, [key: unknown, value: unknown]>()
  const found = (key: unknown): unknown => {
    const pair = dict.get(keyOf(key))
    if (pair === undefined) throw new KeyError(repr(key))
    return pair[1]
  }
  const has = (key: unknown): boolean => dict.has(keyOf(key))
  const set = (key: unknown, value: unknown): void => {
    const pair = dict.get(keyOf(key))
    // The key stays the one that came first.
    if (pair === undefined) dict.set(keyOf(key), [key, value])
    else pair[1] = value
  }
  const update = (other: unknown): void => {
    for (const [key, value] of entriesOf(other)) set(key, value)
  }
  const remove = (key: unknown): unknown => {
    const value = found(key)
    dict.delete(keyOf(key))
    return value
  }
  const items = (): [unknown, unknown][] => [...dict.values()]
  update(initial)
  return {
    get: (key, fallback) => (has(key) ? found(key) : fallback),
    getItem: found,
    set,
    has,
    delete: (key) => void remove(key),
    keys: () => items().map(([key]) => key),
    values: () => items().map(([, value]) => value),
    items,
    len: () => dict.size,
    update,
    pop: (...[key, ...fallback]) => (fallback.length > 0 && !has(key) ? fallback[0] : remove(key)),
    popitem: () => {
      const last = items().at(-1)
      if (last === undefined) throw new KeyError("'popitem(): dictionary is empty'")
      dict.delete(keyOf(last[0]))
      return last
    },
    setdefault: (key, fallback) => {
      if (!has(key)) set(key, fallback)
      return found(key)
    },
    clear: () => dict.clear(),
    copy: () => new Map(items()),
  }
}

const listOf = (value: unknown): unknown[] => {
  if (value === undefined) return []
  if (typeof value === 'string') return Array.from(value)
  if (Array.isArray(value)) return value.slice()
  if (value instanceof Map || value instanceof Set) return [...value.keys()]
  throw new TypeError(`'${typeName(value)}' object is not iterable`)
}

const optional = (value: unknown): number | undefined =>
  value === undefined ? undefined : Number(value)

/** As Python orders: numbers with numbers, texts with texts, lists by their first difference. */
function compare(one: unknown, other: unknown): number {
  if (Array.isArray(one) && Array.isArray(other)) {
    for (let index = 0; index < Math.min(one.length, other.length); index++) {
      const order = compare(one[index], other[index])
      if (order !== 0) return order
    }
    return one.length - other.length
  }
  const comparable = (typeof one === 'string') === (typeof other === 'string')
  const isOrdered = (value: unknown) =>
    ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
  if (!comparable || !isOrdered(one) || !isOrdered(other))
    throw new TypeError(
      `'<' not supported between instances of '${typeName(one)}' and '${typeName(other)}'`,
    )
  // Both are of a kind that JavaScript orders.
  const [left, right] = [one as number, other as number]
  return left < right ? -1 : left > right ? 1 : 0
}

export function managedList(initial: unknown): ManagedMethods {
  const list = listOf(initial)
  const position = (index: unknown, words: string): number => {
    if (!Number.isInteger(index)) throw new TypeError('list indices must be integers or slices')
    const at = Number(index) < 0 ? Number(index) + list.length : Number(index)
    if (at < 0 || at >= list.length) throw new IndexError(words)
    return at
  }
  const find = (item: unknown, from = 0): number =>
    list.findIndex((each, at) => at >= from && isDeepStrictEqual(each, item))
  const slice = (start: unknown, stop: unknown, step: unknown): unknown[] => {
    const range = rangeOf(list.length, optional(start), optional(stop), optional(step))
    return Array.from({ length: range.count }, (_, at) => list[range.start + at * range.step])
  }
  return {
    get: (index) => list[position(index, 'list index out of range')],
    set: (index, value) => {
      list[position(index, 'list assignment index out of range')] = value
    },
    delete: (index) => {
      list.splice(position(index, 'list assignment index out of range'), 1)
    },
    has: (item) => find(item) >= 0,
    len: () => list.length,
    slice,
    copy: () => list.slice(),
    append: (item) => void list.push(item),
    extend: (items) => {
      for (const item of listOf(items)) list.push(item)
    },
    insert: (index, item) => void list.splice(Number(index), 0, item),
    remove: (item) => {
      const at = find(item)
      if (at < 0) throw new ValueError('list.remove(x): x not in list')
      list.splice(at, 1)
    },
    pop: (index = -1) => {
      if (list.length === 0) throw new IndexError('pop from empty list')
      return list.splice(position(index, 'pop index out of range'), 1)[0]
    },
    index: (item, start) => {
      const at = find(item, optional(start))
      if (at < 0) throw new ValueError(`${repr(item)} is not in list`)
      return at
    },
    count: (item) => list.filter((each) => isDeepStrictEqual(each, item)).length,
    sort: (reverse) => {
      list.sort(compare)
      if (reverse === true) list.reverse()
    },
    reverse: () => void list.reverse(),
    clear: () => void list.splice(0),
  }
}

export function managedNamespace(initial: unknown): ManagedMethods {
  const fields = new Map(entriesOf(initial))
  const missing = (name: unknown) =>
    new AttributeError(`'Namespace' object has no attribute ${repr(name)}`)
  return {
    get: (name) => {
      if (!fields.has(name)) throw missing(name)
      return fields.get(name)
    },
    set: (name, value) => void fields.set(name, value),
    delete: (name) => {
      if (!fields.delete(name)) throw missing(name)
    },
  }
}

export function managedValue(initial: unknown): ManagedMethods {
  let value = initial
  return {
    get: () => value,
    set: (next) => {
      value = next
    },
  }
}

export const managed = {
  DictProxy: managedDict,
  ListProxy: managedList,
  NamespaceProxy: managedNamespace,
  ValueProxy: managedValue,
} as const
export type ManagedType = keyof typeof managed
