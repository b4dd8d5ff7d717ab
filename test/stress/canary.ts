/**
 * Items that say who made them, which one they are and whether they are whole: a checksum over the
 * producer, the sequence number and every byte of the payload.
 */
import type { Random } from './random.ts'

/** Those that a PriorityQueue can compare are `number` and `list`. */
export const SHAPES = ['number', 'text', 'bytes', 'list', 'object'] as const
export type Shape = (typeof SHAPES)[number]

export interface Mark {
  readonly producer: number
  readonly sequence: number
}

const SEQUENCES = 2 ** 24
const PRODUCERS = 2 ** 6
const HEADER_BYTES = 12

const mix = (hash: number, value: number): number => Math.imul(hash ^ value, 0x0100_0193)

function checksum({ producer, sequence }: Mark, payload: Uint8Array | readonly number[]): number {
  let hash = mix(mix(0x811c_9dc5 | 0, producer), sequence)
  for (const value of payload) hash = mix(hash, value)
  return hash ^ (hash >>> 15)
}

const codesOf = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))

/** @param size of the payload: bytes or letters. A number has none. */
export function makeItem(shape: Shape, mark: Mark, size: number, random: Random): unknown {
  const { producer, sequence } = mark
  if (shape === 'number') {
    const name = producer * SEQUENCES + sequence
    return name * 2 ** 16 + (checksum(mark, []) & 0xffff)
  }
  const first = random.below(256)
  const payload = Uint8Array.from({ length: size }, (_, at) => first + at * 7)
  const sum = checksum(mark, payload)
  if (shape === 'bytes') {
    const bytes = new Uint8Array(HEADER_BYTES + size)
    new Int32Array(bytes.buffer, 0, 3).set([producer, sequence, sum])
    bytes.set(payload, HEADER_BYTES)
    return bytes
  }
  // Both kinds of strings: one byte a letter, and two.
  const shift = random.oneIn(2) ? 0x20 : 0x2000
  const words = Array.from(payload, (byte) => String.fromCharCode(byte + shift)).join('')
  const sumOfText = checksum(mark, codesOf(words))
  if (shape === 'text') return `${producer}:${sequence}:${sumOfText}:${words}`
  if (shape === 'list') return [producer, sequence, sumOfText, words]
  return { producer, sequence, sum, payload }
}

/** @throws Error for what is no whole item. */
export function checkItem(item: unknown): Mark {
  const { mark, sum, payload } = parse(item)
  const { producer, sequence } = mark
  const expected = typeof item === 'number' ? checksum(mark, []) & 0xffff : checksum(mark, payload)
  if (sum !== expected || producer >= PRODUCERS || sequence >= SEQUENCES)
    throw new Error(`torn: ${producer}:${sequence}, ${sum} instead of ${expected}`)
  return mark
}

interface Parsed {
  readonly mark: Mark
  readonly sum: number
  readonly payload: Uint8Array | readonly number[]
}

function parse(item: unknown): Parsed {
  if (typeof item === 'number') {
    const name = Math.floor(item / 2 ** 16)
    const mark = { producer: Math.floor(name / SEQUENCES), sequence: name % SEQUENCES }
    return { mark, sum: item % 2 ** 16, payload: [] }
  }
  if (item instanceof Uint8Array) {
    const [producer = NaN, sequence = NaN, sum = NaN] = new Int32Array(item.slice(0, 12).buffer)
    return { mark: { producer, sequence }, sum, payload: item.subarray(HEADER_BYTES) }
  }
  if (typeof item === 'string') {
    const [producer, sequence, sum] = item.split(':', 3)
    const letters = item.slice(`${producer}:${sequence}:${sum}:`.length)
    return parsed(Number(producer), Number(sequence), Number(sum), codesOf(letters))
  }
  if (Array.isArray(item)) {
    const [producer, sequence, sum, letters] = item as unknown[]
    return parsed(Number(producer), Number(sequence), Number(sum), codesOf(String(letters)))
  }
  if (typeof item === 'object' && item !== null && 'payload' in item) {
    const { payload } = item
    if (payload instanceof Uint8Array && 'producer' in item && 'sequence' in item && 'sum' in item)
      return parsed(Number(item.producer), Number(item.sequence), Number(item.sum), payload)
  }
  throw new Error(`not an item: ${String(item).slice(0, 80)}`)
}

const parsed = (
  producer: number,
  sequence: number,
  sum: number,
  payload: Uint8Array | readonly number[],
): Parsed => ({ mark: { producer, sequence }, sum, payload })
