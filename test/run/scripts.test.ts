/** A script is looked at and not run, and run only as its user agreed to. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LARGEST_SCRIPT, Scripts } from '../../main/run/scripts.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scripts-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const create = () => new Scripts(join(folder, 'data'))
const write = (name: string, content: string | Uint8Array = 'print(1)\n'): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const target = (path: string, text = 'print(1)\n') => ({
  ...{ path, arguments: [], folder, input: '' },
  consent: createHash('sha256').update(text).digest('hex'),
})
const refused = (why: string) => ({
  ok: false,
  failure: { message: expect.stringContaining(why) as string },
})

describe('a script', () => {
  test.each([
    ['a.py', 'print(1)\n'],
    ['A.PY', 'print(1)\n'],
    ['empty.py', ''],
    ['window.pyw', 'print(1)'],
    ['tool', '#!/usr/bin/env python3\nprint(1)\n'],
    ['tool', '#!/usr/bin/python3.13 -I\r\nprint(1)\n'],
    ['wrong.py', 'def (:\n  this is no Python'],
    ['ütf.py', '\ufeff# Grüße\n'],
    ['latin.py', Buffer.from('# -*- coding: latin-1 -*-\n# Gr\xfc\xdfe\n', 'latin1')],
    [
      'vim.py',
      Buffer.from('#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\n"\xa4"\n', 'latin1'),
    ],
  ])('%s is taken: %j', async (name, content) => {
    const path = write(name, content)
    const bytes = Buffer.from(content)
    expect(await create().examine(path)).toEqual({
      ok: true,
      value: {
        ...{ path, folder, bytes: bytes.length, consented: false },
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    })
  })

  test.each([
    ['notes.txt', 'print(1)', 'not a Python file: its name does not end in .py'],
    ['tool', '#!/bin/sh\npython3 -c 1\n', 'its first line names no Python'],
    ['binary.py', Buffer.of(0x42, 0, 0x43), 'it is binary'],
    ['wide.py', Buffer.from('print(1)', 'utf16le'), 'it is binary'],
    ['latin.py', Buffer.from('# Gr\xfc\xdfe\n', 'latin1'), 'it is not UTF-8'],
    ['late.py', Buffer.from('\n\n# coding: latin-1\n# Gr\xfc\xdfe\n', 'latin1'), 'it is not UTF-8'],
  ])('%s is refused: %j', async (name, content, why) => {
    expect(await create().examine(write(name, content))).toMatchObject(refused(why))
  })

  test('is refused when it is no file, or nowhere', async () => {
    const scripts = create()
    mkdirSync(join(folder, 'folder.py'))
    symlinkSync('nowhere', join(folder, 'link.py'))
    expect(await scripts.examine(join(folder, 'folder.py'))).toMatchObject(refused('is not a file'))
    expect(await scripts.examine(join(folder, 'link.py'))).toMatchObject(
      refused('There is no file'),
    )
    expect(await scripts.examine('script.py')).toMatchObject(refused('not an absolute path'))
    expect(await scripts.examine('~root/script.py')).toMatchObject(refused('not an absolute path'))
    for (const path of [undefined, 7, '', '/x\0.py', `/${'x'.repeat(5_000)}.py`])
      expect(await scripts.examine(path)).toMatchObject(refused('no path'))
    expect(await scripts.examine('~/nobody-has-this.py')).toMatchObject(
      refused(`There is no file ${join(homedir(), 'nobody-has-this.py')}`),
    )
  })

  test.skipIf(process.platform === 'win32')(
    'that is a pipe or endless is not waited for',
    async () => {
      execFileSync('mkfifo', [join(folder, 'pipe.py')])
      symlinkSync('/dev/zero', join(folder, 'zero.py'))
      expect(await create().examine(join(folder, 'pipe.py'))).toMatchObject(refused('not a file'))
      expect(await create().examine(join(folder, 'zero.py'))).toMatchObject(refused('not a file'))
    },
  )

  test('is taken up to its largest size, and not beyond', async () => {
    const path = write('large.py', '#'.repeat(LARGEST_SCRIPT))
    expect(await create().examine(path)).toMatchObject({
      ok: true,
      value: { bytes: LARGEST_SCRIPT },
    })
    truncateSync(path, LARGEST_SCRIPT + 1)
    expect(await create().examine(path)).toMatchObject(refused('larger than 4 MiB'))
    truncateSync(path, 3 * 1024 * 1024 * 1024)
    expect(await create().examine(path)).toMatchObject(refused('larger than 4 MiB'))
  })
})

describe('consent', () => {
  test('is to this file in this place, and remembered', async () => {
    const path = write('a.py')
    await create().remember(target(path))
    expect(await create().examine(path)).toMatchObject({ value: { consented: true } })
    expect(await create().examine(write('b.py'))).toMatchObject({ value: { consented: false } })
    write('a.py', 'import os\n')
    expect(await create().examine(path)).toMatchObject({ value: { consented: false } })
  })

  test('does not hold for a file that is another by now', async () => {
    const path = write('a.py')
    const scripts = create()
    expect(await scripts.check(target(path))).toMatchObject({ ok: true })
    write('a.py', 'print(2)\n')
    expect(await scripts.check(target(path))).toMatchObject(refused('not the file any more'))
    rmSync(path)
    expect(await scripts.check(target(path))).toMatchObject(refused('There is no file'))
  })

  test('is not enough without a folder to work in', async () => {
    const path = write('a.py')
    const lost = { ...target(path), folder: join(folder, 'none') }
    expect(await create().check(lost)).toMatchObject(refused('There is no folder'))
    expect(await create().check({ ...lost, folder: path })).toMatchObject(
      refused('There is no folder'),
    )
  })

  test.skipIf(process.platform === 'win32')(
    'holds for no other file that a name leads to',
    async () => {
      const path = write('a.py')
      mkdirSync(join(folder, 'far/deep'), { recursive: true })
      write('far/a.py')
      symlinkSync('far/deep', join(folder, 'link'))
      const named = (name: string) => create().check({ ...target(path), name })
      for (const name of ['a.py', './a.py', 'far/../a.py', path])
        expect(await named(name), name).toMatchObject({ ok: true })
      // The same content, another file: what it imports lies elsewhere.
      for (const name of ['far/a.py', 'link/../a.py', 'b.py', join(folder, 'far/a.py')])
        expect(await named(name), name).toMatchObject(refused('is not'))
    },
  )

  test('is kept for the newest thousand', async () => {
    const scripts = create()
    for (let index = 0; index < 1_005; index += 1)
      void scripts.remember({ path: join(folder, `${index}.py`), consent: '0'.repeat(64) })
    await scripts.remember({ path: join(folder, 'last.py'), consent: '0'.repeat(64) })
    const { entries } = JSON.parse(readFileSync(join(folder, 'data/consents.json'), 'utf8')) as {
      entries: string[]
    }
    expect(entries).toHaveLength(1_000)
    expect(entries.at(-1)).toContain('last.py')
  })
})
