/**
 * What comes first in a PriorityQueue: `<` of Python, on what a queue carries. Arrays are compared
 * like lists and tuples: the first items that differ decide, else the length.
 *
 * | here                                        | there                               |
 * |---------------------------------------------|-------------------------------------|
 * | number, bigint, boolean                     | int, float, bool: by value          |
 * | string                                      | str: by code points                 |
 * | Uint8Array                                  | bytes                               |
 * | Array                                       | list                                |
 * | an object whose valueOf() gives one of these | an object with `__lt__`             |
 * | anything else                               | no order, but equal if all parts are |
 */
export function isLess(one: unknown, other: unknown): boolean {
  const [left, right] = [comparable(one), comparable(other)]
  if (isNumber(left) && isNumber(right)) return left < right
  if (typeof left === 'string' && typeof right === 'string') return isTextLess(left, right)
  if (isList(left) && isList(right) && Array.isArray(left) === Array.isArray(right))
    return isListLess(left, right)
  throw new TypeError(
    `'<' not supported between instances of '${typeName(one)}' and '${typeName(other)}'`,
  )
}

/** What an object stands for, if anything; true and false are 1 and 0. */
function comparable(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'object' || value === null || isList(value)) return value
  const primitive: unknown = value.valueOf()
  return typeof primitive === 'boolean' ? Number(primitive) : primitive
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint'

const isList = (value: unknown): value is readonly unknown[] | Uint8Array =>
  Array.isArray(value) || value instanceof Uint8Array

function isListLess(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  const shorter = Math.min(one.length, other.length)
  for (let index = 0; index < shorter; index++)
    if (!isEqual(one[index], other[index])) return isLess(one[index], other[index])
  return one.length < other.length
}

/** By code points: UTF-16 has what is above U+FFFF (as surrogates) below U+E000. */
function isTextLess(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length)
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [one.charCodeAt(index), other.charCodeAt(index)]
    if (left !== right) return rank(left) < rank(right)
  }
  return one.length < other.length
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000
const rank = (unit: number): number => (isSurrogate(unit) ? unit + 0x1_0000 : unit)

/** `==` of Python: no error, whatever the two are. */
function isEqual(one: unknown, other: unknown): boolean {
  const [left, right] = [comparable(one), comparable(other)]
  // Also between 1 and 1n; NaN equals nothing.
  if (isNumber(left) && isNumber(right)) return left <= right && left >= right
  if (typeof left !== 'object' || typeof right !== 'object')
    return (left ?? undefined) === (right ?? undefined)
  if (left === null || right === null) return left === right
  if (isList(left) !== isList(right) || Array.isArray(left) !== Array.isArray(right)) return false
  const [keys, others] = [Object.keys(left), Object.keys(right)]
  return (
    keys.length === others.length &&
    keys.every(
      (key) => Object.hasOwn(right, key) && isEqual(valueOf(left, key), valueOf(right, key)),
    )
  )
}

const valueOf = (value: object, key: string): unknown => (value as Record<string, unknown>)[key]

/** As Python names it. */
export function typeName(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float'
    case 'bigint':
      return 'int'
    case 'boolean':
      return 'bool'
    case 'string':
      return 'str'
    case 'object':
      return value === null ? 'NoneType' : nameOfClass(value)
    default:
      return value === undefined ? 'NoneType' : typeof value
  }
}

function nameOfClass(value: object): string {
  if (Array.isArray(value)) return 'list'
  if (value instanceof Uint8Array) return 'bytes'
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype ? 'dict' : value.constructor.name
}
