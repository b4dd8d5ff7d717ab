import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, encode } from './clone.ts'

const through = (value: unknown): unknown => decode(encode(value))

describe('a structured clone as text', () => {
  test('keeps what JSON lacks, shared parts and circles', () => {
    const shared = new Uint8Array([1, 2, 3])
    const original = {
      numbers: [1, -0, NaN, Infinity, 12n, undefined, null],
      date: new Date(5),
      pattern: /a/g,
      map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1])]]),
      views: [shared, new Float64Array([1.5, 2]), shared.subarray(1), new DataView(shared.buffer)],
      error: new RangeError('out of range'),
      self: undefined as unknown,
    }
    original.self = original
    const copy = through(original) as typeof original
    expect(copy).toEqual(original)
    expect(copy.self).toBe(copy)
    expect(copy.error).toBeInstanceOf(RangeError)
    // One buffer before, one buffer after.
    expect(copy.views[2]?.buffer).toBe(copy.views[0]?.buffer)
  })

  test('of any plain data is equal to it', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withTypedArray: true }), (value) => {
        const wanted = structuredClone(value)
        expect(through(value)).toStrictEqual(wanted)
      }),
      { seed: 34905, numRuns: 500 },
    )
  })

  test('refuses what cannot leave a process', () => {
    const refused = [() => 1, Symbol('x'), new SharedArrayBuffer(1), new WeakMap(), new Blob([])]
    for (const value of refused) {
      expect(() => encode({ value })).toThrow('An object could not be cloned.')
    }
  })
})
