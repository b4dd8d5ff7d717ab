/** The interpreters that this machine really has. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askInterpreter } from '../../main/python/discovery/ask.ts'
import { describeWithPythons } from '../support/pythons.ts'

await describeWithPythons('what is found', (python) => {
  test('is what it says it is', () => {
    const text = execFileSync(python.path, [
      '-c',
      'import platform as p; print(p.python_implementation(), p.python_version())',
    ])
    expect(text.toString().trim()).toBe(`CPython ${python.version}`)
  })

  test('names its start methods and the one it would choose', () => {
    const code =
      'import multiprocessing as m; print(m.get_start_method(), *sorted(m.get_all_start_methods()))'
    const [first, ...all] = execFileSync(python.path, ['-c', code]).toString().trim().split(' ')
    expect([first, [...all].sort()]).toEqual([
      python.defaultStartMethod,
      [...python.startMethods].sort(),
    ])
  })

  test('makes a virtual environment that is an interpreter of its own', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'venv-')))
    try {
      execFileSync(python.path, ['-m', 'venv', '--without-pip', '--symlinks', folder])
      const own = await askInterpreter({ path: join(folder, 'bin', 'python3'), foundBy: 'PATH' })
      const base = await askInterpreter({ path: python.path, foundBy: 'PATH' })
      expect(own).toMatchObject({ ok: true, value: { interpreter: { version: python.version } } })
      expect(own.ok && own.value.identity).not.toBe(base.ok && base.value.identity)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
