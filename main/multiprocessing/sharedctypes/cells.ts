/**
 * Numbers of a fixed type in shared memory: what ctypes gives CPython's Value and Array. As ctypes
 * does, integers wrap around silently, and a value of another kind is a TypeError. On every system
 * `l` and `L` have 64 bits, as CPython's have on Linux and macOS.
 */
import { ValueError } from '../../threading/errors.ts'

export const TYPECODES = ['c', 'b', 'B', 'h', 'H', 'i', 'I', 'l', 'L', 'q', 'Q', 'f', 'd'] as const
export type Typecode = (typeof TYPECODES)[number]

/** `c`: one byte, as a text of one character. 64-bit integers: bigint where number is not exact. */
export type Cell<Code extends Typecode> = Code extends 'c'
  ? string
  : Code extends 'l' | 'L' | 'q' | 'Q'
    ? number | bigint
    : number
export type AnyCell = string | number | bigint

const constructors = {
  c: Uint8Array,
  b: Int8Array,
  B: Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  I: Uint32Array,
  l: BigInt64Array,
  L: BigUint64Array,
  q: BigInt64Array,
  Q: BigUint64Array,
  f: Float32Array,
  d: Float64Array,
} as const

export function checkTypecode(code: string): Typecode {
  const known = TYPECODES.find((each) => each === code)
  // ctypes' words for what is not one of its types.
  if (known === undefined) throw new TypeError(`this type has no size: '${code}'`)
  return known
}

/** Python's name of the type, for its messages. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null) return 'NoneType'
  switch (typeof value) {
    case 'string':
      return 'str'
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    default:
      return Array.isArray(value) ? 'list' : value.constructor.name
  }
}

const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))

/** @throws TypeError, in ctypes' words, for a value of another kind. */
export function checkCell(code: Typecode, value: unknown): AnyCell {
  if (code === 'c') {
    const isByte = typeof value === 'string' && value.length === 1 && value.charCodeAt(0) < 256
    if (isByte || (typeof value === 'number' && isInteger(value) && value >= 0 && value < 256))
      return value
    if (value instanceof Uint8Array && value.length === 1) return value[0] ?? 0
    throw new TypeError('one character bytes, bytearray, or an integer in range(256) expected')
  }
  if (code === 'f' || code === 'd') {
    if (typeof value === 'number' || typeof value === 'bigint') return value
    if (typeof value === 'boolean') return Number(value)
    throw new TypeError(`must be real number, not ${typeName(value)}`)
  }
  if (typeof value === 'boolean') return value ? 1 : 0
  if (isInteger(value)) return value
  throw new TypeError(`'${typeName(value)}' object cannot be interpreted as an integer`)
}

const exact = (value: bigint): number | bigint =>
  BigInt.asIntN(54, value) === value ? Number(value) : value

type Cells = InstanceType<(typeof constructors)[Typecode]>
interface CellsConstructor {
  readonly BYTES_PER_ELEMENT: number
  new (memory: SharedArrayBuffer, offset: number, length: number): Cells
}

export class CellMemory {
  readonly shared: SharedArrayBuffer
  readonly code: Typecode
  readonly length: number
  readonly #cells: Cells

  /** @param shared of existing cells; zeros are allocated without it. */
  constructor(code: Typecode, length: number, shared?: SharedArrayBuffer) {
    // TypeScript sees one signature for each constructor; all of them take shared memory.
    const Cells = constructors[code] as CellsConstructor
    // At least one, because there is no memory of no bytes to share.
    this.shared = shared ?? new SharedArrayBuffer(Math.max(1, length) * Cells.BYTES_PER_ELEMENT)
    this.code = code
    this.length = length
    this.#cells = new Cells(this.shared, 0, length)
  }

  /** @param index in range. */
  get(index: number): AnyCell {
    const value = this.#cells[index] ?? 0
    if (this.code === 'c') return String.fromCharCode(Number(value))
    return typeof value === 'bigint' ? exact(value) : value
  }

  /** @param value checked by `checkCell`; integers wrap around. */
  set(index: number, value: AnyCell): void {
    const cells = this.#cells
    if (cells instanceof BigInt64Array || cells instanceof BigUint64Array)
      cells[index] = BigInt(value)
    else if (typeof value === 'string') cells[index] = value.charCodeAt(0)
    else if (typeof value === 'bigint' && !isFloat(this.code))
      cells[index] = Number(BigInt.asIntN(32, value))
    // Beyond 2^53 a typed array wraps what the number says, as ctypes wraps what the integer says.
    else cells[index] = Number(value)
  }

  read(start: number, count: number, step: number): AnyCell[] {
    return Array.from({ length: count }, (_, position) => this.get(start + position * step))
  }

  write(start: number, values: readonly AnyCell[], step: number): void {
    for (const [position, value] of values.entries()) this.set(start + position * step, value)
  }
}

const isFloat = (code: Typecode): boolean => code === 'f' || code === 'd'

/** A Python slice over `length` cells: where it starts, how many it has. */
export interface Range {
  readonly start: number
  readonly count: number
  readonly step: number
}

/** As `slice(start, stop, step).indices(length)`. @throws ValueError for a step of 0. */
export function rangeOf(length: number, start?: number, stop?: number, step = 1): Range {
  if (step === 0) throw new ValueError('slice step cannot be zero')
  const clip = (index: number): number => {
    const from = index < 0 ? index + length : index
    return step > 0 ? Math.min(Math.max(from, 0), length) : Math.min(Math.max(from, -1), length - 1)
  }
  const first = start === undefined ? (step > 0 ? 0 : length - 1) : clip(start)
  const end = stop === undefined ? (step > 0 ? length : -1) : clip(stop)
  return { start: first, count: Math.max(0, Math.ceil((end - first) / step)), step }
}
