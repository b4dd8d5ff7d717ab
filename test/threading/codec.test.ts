import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../main/threading/codec.ts'
import { registerModule } from '../../main/threading/targets.ts'

class Local {
  readonly field = 1
}

class Point {
  static made = 0
  readonly x: number
  readonly y: bigint

  constructor(x: number, y: bigint) {
    this.x = x
    this.y = y
    Point.made++
  }

  sum(): number {
    return this.x + Number(this.y)
  }
}

function roundTrip(value: unknown): unknown {
  const { encoding, bytes, length } = encode(value)
  return decode(encoding, bytes.slice(0, length))
}

test('whatever is accepted comes back equal', () => {
  const anything = fc.anything({
    withBigInt: true,
    withNullPrototype: false,
    withSparseArray: false,
    withUnicodeString: true,
    maxDepth: 4,
  } as object)
  fc.assert(
    fc.property(anything, (value) => {
      expect(roundTrip(value)).toStrictEqual(value)
    }),
    { seed: 20, numRuns: 1_000 },
  )
})

test.each([
  [NaN, -0, Infinity, -Infinity, [1, undefined, 2]],
  { a: undefined, b: 10n ** 30n, c: null, d: { e: [-0] } },
  { toJSON: 1, x: NaN },
  { '\u0000interleave': ['number', '1'] },
  'lone \ud800 surrogate and 漢字',
  '\ufeffbyte order mark',
  ['lone \udfff in data', 'ÿ'],
  JSON.parse('{"__proto__": {"x": 1}, "y": null}'),
  '',
  undefined,
  null,
  true,
])('what JSON or UTF-8 would lose: %#', (value) => {
  expect(roundTrip(value)).toStrictEqual(value)
})

test('bytes come back as a copy of their own', () => {
  const bytes = Uint8Array.of(0, 255, 3)
  const back = roundTrip(bytes)
  expect(back).toStrictEqual(bytes)
  expect(back).not.toBe(bytes)
})

test.each([
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a function in data', { list: [1, { call: () => 1 }] }],
  ['an instance of a class that no module exports', new Local()],
  ['shared memory', new Int32Array(new SharedArrayBuffer(8))],
  ['a promise', Promise.resolve()],
])('%s is refused', (_, value) => {
  expect(() => encode(value)).toThrow(/Can't pickle/)
})

test('what is refused is named with its place in the item', () => {
  expect(() => encode({ list: [1, { call: Symbol('s') }] })).toThrow(
    "Can't pickle Symbol(s) (at item.list[1].call)",
  )
})

const error = Object.assign(new RangeError('too far', { cause: [1n] }), { code: 7 })
test.each([
  [new Map<unknown, unknown>([[{ a: 1 }, new Set([undefined, 'x'])]])],
  [{ when: new Date(0), never: new Date(NaN), pattern: /a+\/b/gi }],
  [[Float64Array.of(1, NaN), BigInt64Array.of(-1n), new Uint8Array(0), new ArrayBuffer(3)]],
  [Float64Array.of(0.5, -0)],
  [Uint16Array.of(1, 65_535)],
  [Int32Array.of(1, 2, 3).subarray(1)],
  [new DataView(Uint8Array.of(1, 2, 3).buffer, 1)],
  [error],
  [[true, false, null]],
])('built-in objects come back as what they were: %#', (value) => {
  expect(roundTrip(value)).toStrictEqual(value)
})

test('an error keeps its stack, cause and fields', () => {
  const back = roundTrip(error) as typeof error
  expect(back).toBeInstanceOf(RangeError)
  expect([back.stack, back.cause, back.code]).toEqual([error.stack, [1n], 7])
})

test('an instance of an exported class comes back as one, without a call of its constructor', () => {
  registerModule('test:points', { Point })
  const point = new Point(1, 2n)
  const before = Point.made
  const [back] = roundTrip([point]) as [Point]
  expect(back).toBeInstanceOf(Point)
  expect([back.sum(), Point.made]).toEqual([3, before])
})

test('small arrays of bytes do not overlap, and numbers may be seen in them', () => {
  const arrays = Array.from({ length: 100 }, (_, index) => new Uint8Array(1_001).fill(index))
  const back = arrays.map((array) => roundTrip(array) as Uint8Array)
  expect(back).toStrictEqual(arrays)
  expect(back.every((array) => array.byteOffset % 8 === 0)).toBe(true)
})

test('circular data is refused', () => {
  const circle: unknown[] = []
  circle.push(circle)
  expect(() => encode(circle)).toThrow(/circular/)
})
