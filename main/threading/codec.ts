/**
 * Items of a queue as bytes. Numbers take eight bytes as they are; texts, bytes and plain data (as
 * JSON) are copied. What JSON would lose (marks.ts) is marked and comes back as it was; what cannot
 * travel (functions, primitives such as locks, memory that is shared already) is refused.
 *
 * Text is UTF-8, which cannot say a lone surrogate: such text travels as JSON, where it is escaped.
 */
import { ARRAYS, arrayOf, mark, MARK, unmark } from './marks.ts'

export const Encoding = {
  number: 1,
  undefined: 2,
  text: 3,
  json: 4,
  /** JSON with marks for what JSON cannot say. */
  markedJson: 5,
  bytes: 6,
  null: 7,
  true: 8,
  false: 9,
  /** And the following, up to 15, which is the last: an array of numbers as ARRAYS begins. */
  array: 10,
} as const
export type Encoding = (typeof Encoding)[keyof typeof Encoding]

/** Process queues have four bits for it. */
const LAST_ENCODING = 15
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

/** One item at a time, valid until the next `encode`: in the thread's scratch memory, or its own. */
export interface Encoded {
  encoding: number
  bytes: Uint8Array
  length: number
}
let scratch = new Uint8Array(4_096)
const encoded: Encoded = { encoding: 0, bytes: scratch, length: 0 }

/**
 * Everything but numbers, which the queue stores itself.
 * @throws PicklingError for what cannot travel, naming its place in the item; ValueError for data
 * nested too deeply or circular.
 */
export function encode(value: unknown): Encoded {
  switch (typeof value) {
    case 'undefined':
      return fill(Encoding.undefined, scratch, 0)
    case 'boolean':
      return fill(value ? Encoding.true : Encoding.false, scratch, 0)
    case 'string':
      if (!LONE_SURROGATE.test(value)) return encodeText(Encoding.text, value)
      break
    case 'object': {
      if (value === null) return fill(Encoding.null, scratch, 0)
      if (value instanceof Uint8Array) return fill(Encoding.bytes, value, value.length)
      const array = arrayOf(value)
      if (array !== undefined && Encoding.array + array.kind <= LAST_ENCODING)
        return fill(Encoding.array + array.kind, array.bytes, array.bytes.length)
      break
    }
    default:
  }
  return isJson(value, 0)
    ? encodeText(Encoding.json, JSON.stringify(value))
    : encodeText(Encoding.markedJson, JSON.stringify(mark(value)))
}

/** @param bytes exactly the item's. Nothing of them is kept. */
export function decode(encoding: number, bytes: Uint8Array): unknown {
  return finish(encoding, read(encoding, bytes))
}

/**
 * The first half of `decode`: what has to be done while the bytes stay as they are, which may be in
 * shared memory.
 */
export function read(encoding: number, bytes: Uint8Array): string | Uint8Array {
  switch (encoding) {
    case Encoding.text:
    case Encoding.json:
    case Encoding.markedJson:
      return decoder.decode(bytes)
    case Encoding.bytes:
      return copyOf(bytes)
    default:
      return new Uint8Array(bytes)
  }
}

/** The second half, from the result of the first. */
export function finish(encoding: number, content: string | Uint8Array): unknown {
  if (typeof content === 'string') {
    if (encoding === Encoding.text) return content
    const json: unknown = JSON.parse(content)
    return encoding === Encoding.json ? json : unmark(json)
  }
  switch (encoding) {
    case Encoding.undefined:
      return undefined
    case Encoding.null:
      return null
    case Encoding.true:
      return true
    case Encoding.false:
      return false
    case Encoding.bytes:
      return content
  }
  const make = ARRAYS[encoding - Encoding.array]
  if (make === undefined) throw new Error(`no item is encoded as ${encoding}`)
  return make(content.buffer)
}

/**
 * An array of its own memory costs about a microsecond: small ones lie side by side, as Node's own
 * small Buffers do. Their `buffer` is longer than they are.
 */
const SLAB_BYTES = 65_536
const LARGEST_IN_SLAB = 4_096
let slab = new ArrayBuffer(0)
let slabUsed = 0

/** Zero-filled, for the bytes of an item. */
export function allocateBytes(length: number): Uint8Array {
  if (length > LARGEST_IN_SLAB) return new Uint8Array(length)
  if (slabUsed + length > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_BYTES)
    slabUsed = 0
  }
  const bytes = new Uint8Array(slab, slabUsed, length)
  // At multiples of 8, so that a program may look at its bytes as numbers.
  slabUsed += (length + 7) & ~7
  return bytes
}

function copyOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length > LARGEST_IN_SLAB) return new Uint8Array(bytes)
  const copy = allocateBytes(bytes.length)
  copy.set(bytes)
  return copy
}

function fill(encoding: number, bytes: Uint8Array, length: number): Encoded {
  encoded.encoding = encoding
  encoded.bytes = bytes
  encoded.length = length
  return encoded
}

function encodeText(encoding: Encoding, text: string): Encoded {
  const most = text.length * MAXIMUM_UTF8_BYTES_PER_UNIT
  if (scratch.length < most) scratch = new Uint8Array(most * 2)
  return fill(encoding, scratch, encoder.encodeInto(text, scratch).written)
}

/** Deeper than this it is left to `mark`, which knows a circle from depth. */
const DEPTH = 100

/** Whether JSON keeps the value as it is. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      return value === null || (depth < DEPTH && isJsonObject(value, depth))
    default:
      return false
  }
}

function isJsonObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    for (const item of value) if (!isJson(item, depth + 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  const record = value as Readonly<Record<string, unknown>>
  for (const key in record)
    if (key === MARK || key === 'toJSON' || !isJson(record[key], depth + 1)) return false
  return true
}
