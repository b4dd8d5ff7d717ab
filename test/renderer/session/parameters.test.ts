import { describe, expect, it } from 'vitest'
import { checkText, parseNumber, showNumber } from '../../../renderer/session/parameters.ts'
import type { ParameterDefinition } from '../../../main/demos/manifest.ts'

const threads: ParameterDefinition = {
  id: 'threads',
  label: 'threads',
  help: '',
  kind: 'integer',
  minimum: 1,
  maximum: 16,
  default: 2,
  presets: [1, 2, 4],
}
const interval: ParameterDefinition = {
  ...threads,
  id: 'interval',
  label: 'interval',
  kind: 'number',
  unit: 'ms',
  minimum: 0.1,
  maximum: 1000,
  default: 5,
}

describe('numbers as people type them', () => {
  it.each([
    ['50000000', 50_000_000],
    ['50 000 000', 50_000_000],
    ['50\u202f000\u2009000', 50_000_000],
    ['50\u00a0000', 50_000],
    ['50_000', 50_000],
    ['1,000,000', 1_000_000],
    ['1e6', 1_000_000],
    ['1.5E-3', 0.0015],
    ['50M', 50_000_000],
    ['2 k', 2000],
    ['.5', 0.5],
    ['-3', -3],
  ])('reads %j', (text, value) => expect(parseNumber(text)).toBe(value))

  it.each([
    '',
    '  ',
    'abc',
    '1,5',
    '1e',
    '0x10',
    'Infinity',
    'NaN',
    '1e999',
    '12 apples',
    '--1',
    'M',
  ])('does not guess what %j means', (text) => expect(parseNumber(text)).toBeUndefined())

  it('reads back what it shows', () => {
    for (const value of [0, 7, 1204, 50_000_000, 0.25, 1234.5, 1e-7, -4200, 1e21])
      expect(parseNumber(showNumber(value))).toBe(value)
  })
})

describe('a value is refused with a sentence that names the parameter', () => {
  it('accepts the bounds themselves', () => {
    expect(checkText(threads, '1')).toEqual({ ok: true, value: 1 })
    expect(checkText(threads, '16')).toEqual({ ok: true, value: 16 })
  })

  it.each([
    ['', 'threads is empty: enter a value, for instance 2.'],
    ['two', 'threads: “two” is not a number. Enter 1 to 16.'],
    ['1.5', 'threads must be a whole number, from 1 to 16.'],
    ['0', 'threads must be at least 1.'],
    ['17', 'threads must be at most 16.'],
  ])('%j', (text, failure) => expect(checkText(threads, text)).toEqual({ ok: false, failure }))

  it('takes the unit where it is typed, and no other', () => {
    expect(checkText(interval, '5 ms')).toEqual({ ok: true, value: 5 })
    expect(checkText(interval, '5ms')).toEqual({ ok: true, value: 5 })
    expect(checkText(interval, '5 s').ok).toBe(false)
    expect(checkText(interval, '2000')).toEqual({
      ok: false,
      failure: 'interval must be at most 1\u202f000 ms.',
    })
  })
})
