import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentType, findStaticFile, staticPath } from '../../main/run/static-path.ts'

let folder = ''
let root = ''
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'interleave-static-')))
  root = join(folder, 'page')
  mkdirSync(join(root, 'assets'), { recursive: true })
  mkdirSync(join(folder, 'page-of-another'))
  writeFileSync(join(root, 'index.html'), 'page')
  writeFileSync(join(root, 'assets', 'a b.js'), 'script')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'page-of-another', 'x'), 'secret')
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('files of the page', () => {
  test('are found by their URL path', async () => {
    expect(await findStaticFile(root, '/')).toBe(join(root, 'index.html'))
    expect(await findStaticFile(root, '/index.html')).toBe(join(root, 'index.html'))
    expect(await findStaticFile(root, '/assets/a%20b.js')).toBe(join(root, 'assets', 'a b.js'))
  })
  test('that are missing, or folders, are not answered', async () => {
    for (const path of ['/none.html', '/assets', '/assets/']) {
      expect(await findStaticFile(root, path), path).toBeUndefined()
    }
  })
  test('have a type by extension, and an unknown one cannot be run', () => {
    expect(contentType('/a/index.HTML')).toBe('text/html; charset=utf-8')
    expect(contentType('/a/b.woff2')).toBe('font/woff2')
    expect(contentType('/a/b.exe')).toBe('application/octet-stream')
  })
})

describe('a path out of the folder', () => {
  const hostile = [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/../page-of-another/x',
    '/index.html%00.txt',
    '/\0',
    '/%E0%A4%A',
    '/C:/secret.txt',
    '//secret.txt',
    'secret.txt',
    '',
    '/link.txt',
  ]
  test.each(hostile)('%j is refused', async (path) => {
    expect(await findStaticFile(root, path)).toBeUndefined()
  })
  test('cannot be spelled at all', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', '%2e', '%2f', '%5c', '%25', 'a', ':', '\0')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = staticPath(root, `/${pieces.join('')}`)
        return path === undefined || path.startsWith(root + sep)
      }),
      { seed: 20, numRuns: 2000 },
    )
  })
})
