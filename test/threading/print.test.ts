import { expect, test } from 'vitest'
import { str } from '../../main/threading/print.ts'

test.each<[unknown, string]>([
  ['text', 'text'],
  [3, '3'],
  [0.1, '0.1'],
  [NaN, 'nan'],
  [-Infinity, '-inf'],
  [true, 'True'],
  [undefined, 'None'],
  [null, 'None'],
  [[1, 'it’s', "it's", null], `[1, 'it’s', "it's", None]`],
  [{ a: [true], b: 'x\n' }, "{'a': [True], 'b': 'x\\n'}"],
  [new TypeError('no'), "TypeError('no')"],
  [new Map(), '<Map object>'],
  [10n ** 20n, '100000000000000000000'],
])('prints as Python would: %#', (value, text) => {
  expect(str(value)).toBe(text)
})

test('circular data ends', () => {
  const circle: unknown[] = []
  circle.push(circle)
  expect(str(circle)).toBe('[[...]]')
})
