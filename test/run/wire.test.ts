import { encode } from '@msgpack/msgpack'
import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import type { ToRun } from '../../main/run/contract.ts'
import { decodeFromRun, decodeToRun, encodeMessage, ProtocolError } from '../../main/run/wire.ts'

const view = (changes: object = {}): ToRun => ({
  type: 'query',
  id: 7,
  name: 'view',
  query: { from: nanoseconds(0), to: nanoseconds(10), width: 100, tracks: [1, 2], ...changes },
})

describe('what a client sends', () => {
  test('a query arrives as it was sent', () => {
    expect(decodeToRun(encodeMessage(view()))).toEqual(view())
  })

  test.each([
    ['no range', { from: 10, to: 10 }],
    ['a reversed range', { from: 11, to: 10 }],
    ['a time that is not finite', { to: Number.POSITIVE_INFINITY }],
    ['a width beyond any screen', { width: 1e9 }],
    ['a fractional width', { width: 1.5 }],
    ['tracks that are no list', { tracks: 'all' }],
    ['a negative track', { tracks: [-1] }],
  ])('a view with %s is refused, not answered', (_hazard, changes) => {
    expect(() => decodeToRun(encodeMessage(view(changes)))).toThrow(ProtocolError)
  })

  test.each([
    ['an unknown query', { type: 'query', id: 1, name: 'drop', query: {} }],
    [
      'a query named like an inherited member',
      { type: 'query', id: 1, name: 'toString', query: {} },
    ],
    ['a message without an id', { type: 'query', name: 'tables', query: {} }],
    ['a list', []],
    ['null', null],
  ])('%s is refused', (_hazard, message) => {
    expect(() => decodeToRun(encode(message))).toThrow(ProtocolError)
  })

  test('bytes that are not MessagePack are refused with a typed error', () => {
    expect(() => decodeToRun(new Uint8Array([0xc1]))).toThrow(ProtocolError)
    expect(() => decodeToRun(new Uint8Array())).toThrow(ProtocolError)
  })
})

describe('what a run answers', () => {
  test('typed arrays keep their type and values at any byte offset', () => {
    const answer = {
      odd: 'x',
      doubles: new Float64Array([0.1, Number.NaN, -1]),
      floats: new Float32Array([1.5]),
      words: new Uint32Array([0xffff_ffff]),
      halves: new Uint16Array([65_535]),
      bytes: new Uint8Array([1, 2, 3]),
      empty: new Float64Array(),
    }
    const decoded = decodeFromRun(encodeMessage({ type: 'answer', id: 1, answer }))
    expect(decoded).toEqual({ type: 'answer', id: 1, answer })
  })

  test('a view into a larger buffer sends only its own values', () => {
    const whole = new Float64Array([1, 2, 3, 4])
    const decoded = decodeFromRun(
      encodeMessage({ type: 'answer', id: 1, answer: whole.subarray(1, 3) }),
    )
    expect(decoded).toMatchObject({ answer: new Float64Array([2, 3]) })
  })

  test('an absent figure stays absent and does not become null', () => {
    const decoded = decodeFromRun(
      encodeMessage({ type: 'answer', id: 1, answer: { remaining: undefined } }),
    )
    expect(decoded).toEqual({ type: 'answer', id: 1, answer: {} })
  })

  test('an unknown message is refused', () => {
    expect(() => decodeFromRun(encode({ type: 'eval', id: 1 }))).toThrow(ProtocolError)
  })
})
