/** Names of files, on systems where case does not tell two of them apart: Windows, macOS. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const FOLDERS = ['build', 'main', 'preload', 'renderer', 'test']

/** Names that are the same but for their case, each with where it stands first. */
function clashes(names: readonly string[]): string[] {
  const first = new Map<string, string>()
  return names.flatMap((name) => {
    const same = first.get(name.toLowerCase())
    first.set(name.toLowerCase(), same ?? name)
    return same === undefined ? [] : [`${same} and ${name}`]
  })
}

test('no file of a checkout takes the place of another', () => {
  const found = FOLDERS.flatMap((folder) => {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    return names.map((name) => `${folder}/${name}`)
  })
  expect(found.length).toBeGreaterThan(1_000)
  expect(clashes(found)).toEqual([])
})
