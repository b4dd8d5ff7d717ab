import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { nodeFault } from '../../main/run/node-version.ts'

test.each(['18.20.4', '20.18.3', '20.0.0'])('Node %s is refused by its number', (version) => {
  expect(nodeFault(version)).toBe(
    `Interleave needs Node 20.19 or newer, and this is Node ${version}: ` +
      'install a newer one from https://nodejs.org.',
  )
})

test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('Node %s will do', (version) => {
  expect(nodeFault(version)).toBeUndefined()
})

test('the sentence names what package.json demands', () => {
  const file = readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')
  expect(file).toContain('"node": ">=20.19.0"')
})
