/**
 * Every test of CPython's own suites is followed by a test here, or a table says why it cannot be:
 * cpython/*.txt lists them, *.md have the tables. README.md says how to add a suite.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'

const here = import.meta.dirname
const filesOf = (extension: string): string[] =>
  readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .map((file) => join(here, file))
const textOf = (file: string): string => readFileSync(file, 'utf8')

const lists = filesOf('.txt').map((file) => ({
  module: basename(file, '.txt'),
  names: textOf(file).split('\n').filter(Boolean),
}))
const listed = new Set(lists.flatMap((list) => list.names))

const isOfListedModule = (name: string): boolean =>
  lists.some(({ module }) => name.startsWith(`${module}.`))

/** `module.Class.test_method` in the strings of the tests; what comments say does not count. */
const followed = new Set(
  filesOf('.ts')
    .filter((file) => file !== import.meta.filename)
    .map((file) => textOf(file).replaceAll(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*/g, ''))
    .flatMap((code) => code.match(/\b\w+\.\w+\.test\w*/g) ?? [])
    .filter(isOfListedModule),
)

/** The first column of the tables under "Not followed": a name, or `module.Class.*` for all of a class. */
const excused = filesOf('.md').flatMap((file) =>
  textOf(file)
    .split(/^(?=#)/m)
    .filter((section) => /^#+ Not followed/.test(section))
    .flatMap((section) => section.match(/^\|[^|]*\|/gm) ?? [])
    .flatMap((cell) => cell.match(/\w+\.\w+\.(\*|test\w*)/g) ?? []),
)
const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

test.each(lists)('every test of $module is followed, or listed as what cannot be', ({ names }) => {
  const missing = names.filter(
    (name) => !followed.has(name) && !excused.some((pattern) => covers(pattern, name)),
  )
  expect(missing).toEqual([])
})

test('a test that is followed is not excused as well', () => {
  const both = [...followed].filter((name) => excused.includes(name))
  expect(both).toEqual([])
})

test('names are those of CPython', () => {
  expect([...followed].filter((name) => !listed.has(name))).toEqual([])
  const unused = excused.filter((pattern) => ![...listed].some((name) => covers(pattern, name)))
  expect(unused).toEqual([])
})
