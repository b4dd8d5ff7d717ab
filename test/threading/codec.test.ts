import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode } from '../../main/threading/codec.ts'

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
  ['a class instance', new Map()],
  ['a date in data', { when: new Date(0) }],
])('%s is refused', (_, value) => {
  expect(() => encode(value)).toThrow(/Can't pickle/)
})

test('circular data is refused', () => {
  const circle: unknown[] = []
  circle.push(circle)
  expect(() => encode(circle)).toThrow(/circular/)
})
