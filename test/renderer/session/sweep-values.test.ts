import { describe, expect, it } from 'vitest'
import type { ParameterDefinition } from '../../../main/demos/manifest.ts'
import { parseValues, showValues, suggestValues } from '../../../renderer/session/sweep-values.ts'

const threads: ParameterDefinition = {
  id: 'threads',
  label: 'Threads',
  help: '',
  kind: 'integer',
  minimum: 1,
  maximum: 16,
  default: 2,
  presets: [1, 2, 4],
}
const held: ParameterDefinition = {
  ...threads,
  id: 'held',
  label: 'Held',
  kind: 'number',
  unit: 'ms',
  minimum: 0,
  maximum: 1000,
  presets: [],
}
const count: ParameterDefinition = { ...threads, id: 'count', label: 'Count', maximum: 1e9 }

describe('values of a sweep as people type them', () => {
  it.each([
    ['1, 2, 4', [1, 2, 4]],
    ['1,2,4', [1, 2, 4]],
    ['1 2 4', [1, 2, 4]],
    ['1; 2; 4;', [1, 2, 4]],
    ['1..4', [1, 2, 3, 4]],
    ['1 to 4', [1, 2, 3, 4]],
    ['2-4', [2, 3, 4]],
    ['1–3, 8', [1, 2, 3, 8]],
    ['4..2', [4, 3, 2]],
  ])('reads %j', (text, values) =>
    expect(parseValues(threads, text)).toEqual({ ok: true, value: values }),
  )

  it('reads units, decimals and grouped digits', () => {
    expect(parseValues(held, '0.1, 1 ms, 10')).toEqual({ ok: true, value: [0.1, 1, 10] })
    expect(parseValues(count, '1M, 50 000 000')).toEqual({ ok: true, value: [1e6, 5e7] })
  })

  it.each([
    ['', 'no value yet'],
    ['2', 'one value is no sweep'],
    // A number whose digits are grouped is one number.
    ['50 000', 'at most'],
    ['1, 2, 1', 'twice'],
    ['1, 17', 'at most 16'],
    ['0..4', 'at least 1'],
    ['1, many', 'not a number'],
    ['1, 1.5', 'whole number'],
    ['1..', 'not a number'],
  ])('says what is wrong with %j', (text, words) => {
    const read = parseValues(threads, text)
    expect(read.ok ? 'it was read' : read.failure).toContain(words)
    if (!read.ok) expect(read.failure).toContain('Threads')
  })

  it('refuses a long span without making it', () => {
    const read = parseValues(count, '1..900000000')
    expect(read.ok ? '' : read.failure).toContain('more than a sweep takes')
  })

  it('reads back what it shows and what it suggests', () => {
    for (const values of [
      [1, 2, 4],
      [1, 2, 3, 4, 5],
      [2, 3],
    ])
      for (const definition of [threads, held])
        expect(parseValues(definition, showValues(values, definition.kind))).toEqual({
          ok: true,
          value: values,
        })
    expect(showValues([1, 2, 3, 4], 'integer')).toBe('1 to 4')
    expect(showValues([1, 2, 3, 4], 'number')).toBe('1, 2, 3, 4')
    expect(showValues([1, 2, 4], 'number', 'ms')).toBe('1, 2, 4 ms')
    for (const definition of [threads, held, count])
      expect(parseValues(definition, suggestValues(definition)).ok).toBe(true)
  })
})
