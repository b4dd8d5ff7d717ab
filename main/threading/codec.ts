/**
 * Items of a queue as bytes. Numbers take eight bytes as they are; texts, bytes and plain data
 * (as JSON) are copied. What JSON would lose silently (NaN, Infinity, -0, undefined, bigint) is
 * marked and comes back as it was; what cannot travel (functions, class instances, primitives such
 * as locks) is refused.
 *
 * Text is UTF-8, which cannot say a lone surrogate: such text travels as JSON, where it is escaped.
 */
import { PicklingError, ValueError } from './errors.ts'

export const Encoding = {
  number: 1,
  undefined: 2,
  text: 3,
  json: 4,
  /** JSON with marks for what JSON cannot say. */
  markedJson: 5,
  bytes: 6,
} as const
export type Encoding = (typeof Encoding)[keyof typeof Encoding]

const MARK = '\u0000interleave'
const MAXIMUM_DEPTH = 500
const MAXIMUM_UTF8_BYTES_PER_UNIT = 3

// What Node, Electron and browsers all have, in the terms of this room, whose types name none.
declare const TextEncoder: new () => {
  encodeInto(text: string, into: Uint8Array): { readonly written: number }
}
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string }
const encoder = new TextEncoder()
/** `ignoreBOM`: a text's first character stays, also when it is U+FEFF. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const LONE_SURROGATE = /\p{Surrogate}/u

/** The thread's scratch memory: one item at a time, valid until the next `encode`. */
export interface Encoded {
  encoding: number
  bytes: Uint8Array
  length: number
}
const encoded: Encoded = { encoding: 0, bytes: new Uint8Array(4_096), length: 0 }

/**
 * Everything but numbers, which the queue stores itself.
 * @throws PicklingError for what cannot travel, ValueError for data nested too deeply or circular.
 */
export function encode(value: unknown): Encoded {
  if (value === undefined) return fill(Encoding.undefined, 0)
  if (typeof value === 'string' && !LONE_SURROGATE.test(value))
    return encodeText(Encoding.text, value)
  if (value instanceof Uint8Array) {
    reserve(value.length).set(value)
    return fill(Encoding.bytes, value.length)
  }
  return isJson(value, 0)
    ? encodeText(Encoding.json, JSON.stringify(value))
    : encodeText(Encoding.markedJson, JSON.stringify(mark(value)))
}

/** @param bytes exactly the item's, in unshared memory. */
export function decode(encoding: number, bytes: Uint8Array): unknown {
  switch (encoding) {
    case Encoding.undefined:
      return undefined
    case Encoding.bytes:
      return bytes.slice()
    case Encoding.text:
      return decoder.decode(bytes)
    case Encoding.json:
      return JSON.parse(decoder.decode(bytes))
    case Encoding.markedJson:
      return unmark(JSON.parse(decoder.decode(bytes)))
    default:
      throw new Error(`no item is encoded as ${encoding}`)
  }
}

function fill(encoding: Encoding, length: number): Encoded {
  encoded.encoding = encoding
  encoded.length = length
  return encoded
}

function reserve(length: number): Uint8Array {
  if (encoded.bytes.length < length) encoded.bytes = new Uint8Array(length * 2)
  return encoded.bytes
}

function encodeText(encoding: Encoding, text: string): Encoded {
  const bytes = reserve(text.length * MAXIMUM_UTF8_BYTES_PER_UNIT)
  return fill(encoding, encoder.encodeInto(text, bytes).written)
}

/** Whether JSON keeps the value as it is. */
function isJson(value: unknown, depth: number): boolean {
  if (depth > MAXIMUM_DEPTH)
    throw new ValueError(`can't put data nested deeper than ${MAXIMUM_DEPTH} levels, or circular`)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'undefined':
    case 'bigint':
      return false
    case 'function':
      throw new PicklingError(`Can't pickle function ${value.name || '<anonymous>'}`)
    case 'symbol':
      throw new PicklingError(`Can't pickle ${String(value)}`)
    case 'object':
      return value === null || isJsonObject(value, depth)
  }
}

function isJsonObject(value: object, depth: number): boolean {
  let plain = true
  if (Array.isArray(value)) {
    for (const item of value) if (!isJson(item, depth + 1)) plain = false
    return plain
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw new PicklingError(
      `Can't pickle ${value.constructor.name} object: a queue carries numbers, text, bytes and ` +
        'plain objects and arrays of them',
    )
  const record = value as Readonly<Record<string, unknown>>
  for (const key in record) {
    if (key === MARK || key === 'toJSON') plain = false
    if (!isJson(record[key], depth + 1)) plain = false
  }
  return plain
}

/** A copy with everything that JSON cannot say replaced by `{ [MARK]: [what, text] }`. */
function mark(value: unknown): unknown {
  if (typeof value === 'bigint') return { [MARK]: ['bigint', String(value)] }
  if (value === undefined) return { [MARK]: ['undefined'] }
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [MARK]: ['number', Object.is(value, -0) ? '-0' : String(value)] }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Array.from(value, mark)
  const entries = Object.entries(value).map(([key, item]) => [key, mark(item)])
  // As a list of entries: keys like the mark itself or `toJSON` stay ordinary keys.
  return { [MARK]: ['object', entries] }
}

function unmark(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(unmark)
  // Written by `mark`: every object in marked JSON is a mark.
  const [what, content] = (value as Record<string, readonly [string, unknown]>)[MARK] ?? ['', '']
  switch (what) {
    case 'bigint':
      return BigInt(String(content))
    case 'number':
      return Number(content)
    case 'undefined':
      return undefined
    default:
      return Object.fromEntries(
        (content as [string, unknown][]).map(([key, item]) => [key, unmark(item)]),
      )
  }
}
