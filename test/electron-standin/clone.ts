/**
 * Structured clone as text; the same module runs in Node and in the page. What cannot be cloned,
 * or cannot leave a process (SharedArrayBuffer), throws Electron's words.
 */
import type { Clone } from './messages.ts'

const VIEWS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
}
const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }

/** JSON as it stands, or `[tag, ...]` for everything that JSON lacks. */
type Node = null | boolean | string | number | [tag: string, ...rest: unknown[]]

const fail = (): never => {
  throw new Error('An object could not be cloned.')
}

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
const isIn = <Table extends object>(table: Table, key: string): key is keyof Table & string =>
  Object.hasOwn(table, key)

function bytesToText(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(text)
}
const textToBytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

/** @throws Error when the value cannot be cloned */
export function encode(value: unknown): Clone {
  let copy: unknown
  try {
    copy = structuredClone(value)
  } catch {
    fail()
  }
  const seen = new Map<object, number>()

  function walk(item: unknown): Node {
    switch (typeof item) {
      case 'boolean':
      case 'string':
        return item
      case 'number':
        if (Object.is(item, -0)) return ['number', '-0']
        return Number.isFinite(item) ? item : ['number', String(item)]
      case 'undefined':
        return ['undefined']
      case 'bigint':
        return ['bigint', String(item)]
      case 'object':
        return item === null ? null : walkObject(item)
      default:
        return fail()
    }
  }

  function walkObject(item: object): Node {
    const before = seen.get(item)
    if (before !== undefined) return ['again', before]
    seen.set(item, seen.size)
    if (Array.isArray(item)) return ['array', item.map(walk)]
    const kind = kindOf(item)
    if (isIn(VIEWS, kind)) {
      // The tag says which view it is.
      const view = item as Uint8Array | DataView
      const length = view instanceof DataView ? view.byteLength : view.length
      return ['view', kind, walk(view.buffer), view.byteOffset, length]
    }
    switch (kind) {
      case 'Error': {
        const { name, message, stack } = item as Error
        return ['error', name, message, stack ?? '']
      }
      case 'Date':
        return ['date', (item as Date).getTime()]
      case 'RegExp':
        return ['regexp', (item as RegExp).source, (item as RegExp).flags]
      case 'Map':
        return ['map', [...(item as Map<unknown, unknown>)].map((entry) => entry.map(walk))]
      case 'Set':
        return ['set', [...(item as Set<unknown>)].map(walk)]
      case 'ArrayBuffer':
        return ['buffer', bytesToText(new Uint8Array(item as ArrayBuffer))]
      case 'Object':
        return ['object', Object.entries(item).map(([key, entry]) => [key, walk(entry)])]
      default:
        return fail()
    }
  }
  return JSON.stringify(walk(copy))
}

export function decode(clone: Clone): unknown {
  const seen: unknown[] = []
  const keep = <Value>(value: Value): Value => {
    seen.push(value)
    return value
  }

  function build(node: Node): unknown {
    if (!Array.isArray(node)) return node
    // `encode` wrote it: every tag is followed by what its case reads.
    const [tag, a, b, c, d] = node as [string, never, never, never, never]
    switch (tag) {
      case 'number':
        return Number(a)
      case 'undefined':
        return undefined
      case 'bigint':
        return BigInt(a)
      case 'again':
        return seen[a]
      case 'array':
        return fill<unknown[]>(keep([]), a as Node[], (list, item) => list.push(build(item)))
      case 'error': {
        const error = keep(new (isIn(ERRORS, a) ? ERRORS[a] : Error)(b))
        error.stack = c
        return error
      }
      case 'date':
        return keep(new Date(a))
      case 'regexp':
        return keep(new RegExp(a, b))
      case 'map':
        return fill<Map<unknown, unknown>, [Node, Node]>(keep(new Map()), a, (map, [key, item]) =>
          map.set(build(key), build(item)),
        )
      case 'set':
        return fill(keep(new Set()), a as Node[], (set, item) => set.add(build(item)))
      case 'buffer':
        return keep(textToBytes(a).buffer)
      case 'view': {
        // Numbered before its buffer, as `encode` does.
        const at = seen.push(undefined) - 1
        // All of them take buffer, offset and length.
        const View = VIEWS[a as keyof typeof VIEWS] as Uint8ArrayConstructor
        return (seen[at] = new View(build(b) as ArrayBuffer, c, d))
      }
      case 'object':
        return fill<object, [string, Node]>(keep({}), a, (object, [key, item]) =>
          // Defined, not assigned: a key may be __proto__.
          Object.defineProperty(object, key, {
            value: build(item),
            writable: true,
            enumerable: true,
            configurable: true,
          }),
        )
      default:
        throw new Error(`not a clone: ${tag}`)
    }
  }
  return build(JSON.parse(clone) as Node)
}

function fill<Container, Item = Node>(
  container: Container,
  items: readonly Item[],
  add: (container: Container, item: Item) => unknown,
): Container {
  for (const item of items) add(container, item)
  return container
}
