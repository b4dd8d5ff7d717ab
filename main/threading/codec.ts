/**
 * Items of a queue as bytes. Numbers take eight bytes as they are; texts, bytes and plain data
 * (as JSON) are copied. What JSON would lose silently (NaN, Infinity, -0, undefined, bigint) is
 * marked and comes back as it was; what cannot travel (functions, class instances, primitives such
 * as locks) is refused.
 *
 * Text is stored one byte a character where all are below 256, else as UTF-16: both keep every
 * string exactly, also one with a lone surrogate.
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
/** Added to `text`, `json` and `markedJson`: two bytes a character. */
const WIDE = 16

const MARK = '\u0000interleave'
const MAXIMUM_DEPTH = 500
const CHARACTERS_AT_ONCE = 4_096

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
  if (typeof value === 'string') return encodeText(Encoding.text, value)
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
  switch (encoding & ~WIDE) {
    case Encoding.undefined:
      return undefined
    case Encoding.bytes:
      return bytes.slice()
    case Encoding.text:
      return decodeText(encoding, bytes)
    case Encoding.json:
      return JSON.parse(decodeText(encoding, bytes))
    case Encoding.markedJson:
      return unmark(JSON.parse(decodeText(encoding, bytes)))
    default:
      throw new Error(`no item is encoded as ${encoding}`)
  }
}

function fill(encoding: number, length: number): Encoded {
  encoded.encoding = encoding
  encoded.length = length
  return encoded
}

function reserve(length: number): Uint8Array {
  if (encoded.bytes.length < length) encoded.bytes = new Uint8Array(length * 2)
  return encoded.bytes
}

function encodeText(encoding: number, text: string): Encoded {
  const { length } = text
  const bytes = reserve(length * 2)
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0xff) return encodeWide(encoding, text)
    bytes[index] = code
  }
  return fill(encoding, length)
}

function encodeWide(encoding: number, text: string): Encoded {
  const { length } = text
  const bytes = reserve(length * 2)
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    bytes[index * 2] = code & 0xff
    bytes[index * 2 + 1] = code >> 8
  }
  return fill(encoding | WIDE, length * 2)
}

function decodeText(encoding: number, bytes: Uint8Array): string {
  const codes =
    (encoding & WIDE) === 0
      ? bytes
      : Uint16Array.from(
          { length: bytes.length / 2 },
          (_, index) =>
            // In bounds: index is below half the length.
            (bytes[index * 2] ?? 0) | ((bytes[index * 2 + 1] ?? 0) << 8),
        )
  let text = ''
  for (let from = 0; from < codes.length; from += CHARACTERS_AT_ONCE)
    text += String.fromCharCode(...codes.subarray(from, from + CHARACTERS_AT_ONCE))
  return text
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
