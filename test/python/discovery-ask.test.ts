/** What is called python3 may be anything: whatever it does, it is told in a sentence, and nothing is left of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askInterpreter } from '../../main/python/discovery/ask.ts'
import { boundedOutput } from '../../main/python/discovery/bounded-output.ts'
import {
  ANSWER,
  checkDescription,
  readDescription,
} from '../../main/python/discovery/description.ts'
import { ANSWERED, writeProgram, writePython } from './fake-python.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ask-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const ask = (path: string, milliseconds = 50_000) =>
  askInterpreter({ path, foundBy: 'PATH' }, { milliseconds })

const said = async (lines: string, milliseconds?: number) => {
  const asked = await ask(writeProgram(join(folder, 'python3'), lines), milliseconds)
  return asked.ok ? 'answered' : asked.failure
}

describe.skipIf(process.platform === 'win32')('a file that is called python3', () => {
  test.each([
    ['prints garbage', 'echo hello; echo "{}"', 'It gave no answer of a Python.'],
    ['prints nothing', 'exit 0', 'It gave no answer of a Python.'],
    [
      'fails',
      'echo first >&2; echo "no such option" >&2; exit 3',
      'It ended with 3: no such option',
    ],
    ['fails silently', 'exit 1', 'It ended with 1.'],
    ['colours its words', "printf '\\033[31mred\\007' >&2; exit 1", 'It ended with 1: [31mred'],
    ['is killed', 'kill -KILL $$', 'It was ended by SIGKILL.'],
    [
      'prints for ever',
      'while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done',
      'It printed without end.',
    ],
    ['complains for ever', 'exec yes complaint >&2', 'It printed without end.'],
    ['answers half', `printf '${ANSWER}{"version": [3'`, 'It gave no answer of a Python.'],
  ])('and %s', async (_what, lines, expected) => {
    expect(await said(lines)).toBe(expected)
  })

  test('and hangs is killed, and what it started with it', async () => {
    expect(await said('sleep 1000 & sleep 1000', 400)).toBe('It did not answer within 0.4 s.')
  })

  test('and ends while what it started holds its output', async () => {
    expect(await said('sleep 1000 & exit 7')).toBe('It ended with 7.')
  })

  test('and ignores polite signals is killed all the same', async () => {
    expect(await said("trap '' TERM INT HUP; while :; do sleep 1; done", 400)).toMatch(/not answer/)
  })

  test('and is no program at all', async () => {
    const path = join(folder, 'python3')
    writeFileSync(path, Buffer.of(0x7f, 0x45, 0x4c, 0x46, 1, 2, 3), { mode: 0o755 })
    expect(await ask(path)).toMatchObject({ ok: false })
    expect(await ask(join(folder, 'none'))).toEqual({
      ok: false,
      failure: 'It cannot be started (ENOENT).',
    })
    for (const strange of ['/bin/python\0', `/${'x'.repeat(100_000)}`, folder])
      expect(await ask(strange)).toMatchObject({ ok: false })
  })

  test('is not led astray by PYTHONHOME and PYTHONPATH', async () => {
    const asked = await askInterpreter(
      {
        path: writeProgram(
          join(folder, 'python3'),
          'echo "$PYTHONHOME,$PYTHONPATH,$LANG" >&2; exit 1',
        ),
        foundBy: '',
      },
      { environment: { PYTHONHOME: '/h', PYTHONPATH: '/p', LANG: 'C', PATH: '/bin:/usr/bin' } },
    )
    expect(asked).toEqual({ ok: false, failure: 'It ended with 1: ,,C' })
  })

  test('is believed when it answers, whatever start-up files print', async () => {
    const path = writeProgram(
      join(folder, 'python3'),
      `printf 'noise without end of line'; echo; echo '${ANSWER}${JSON.stringify(ANSWERED)}'; echo bye`,
    )
    expect(await ask(path)).toMatchObject({
      ok: true,
      value: { interpreter: { path, implementation: 'CPython', version: '3.13.0' } },
    })
  })

  test.each([
    [{ version: [3, 7, 16, 'final', 0] }, /older than 3\.8/],
    [{ version: [2, 7, 18, 'final', 0] }, /older than 3\.8/],
    [{ version: [4, 0, 0, 'final', 0] }, /newer than Interleave knows/],
    [{ implementation: 'pypy' }, /PyPy.*CPython’s/],
    [{ implementation: 'graalpy' }, /GraalPy/],
    [{ mmap: false }, /mmap/],
  ])('%o: is listed with the reason why it cannot be used', async (answer, reason) => {
    const asked = await ask(writePython(join(folder, 'python3'), answer))
    expect(asked).toMatchObject({ ok: true })
    expect(asked.ok && asked.value.interpreter.unusable).toMatch(reason)
  })
})

describe('an answer', () => {
  test('is read field by field, and none of them is believed unchecked', () => {
    expect(checkDescription(ANSWERED)).toMatchObject({ implementation: 'CPython' })
    const wrong: Record<keyof typeof ANSWERED, readonly unknown[]> = {
      version: [
        undefined,
        '3.13',
        [3, 13],
        [3, 13, 0, 'final', -1],
        [3, 13, 0, 'x', 0],
        [3, '13', 0, 'final', 0],
        [3, 1e9, 0, 'final', 0],
      ],
      implementation: [undefined, 7, '', 'x'.repeat(41), 'a b', '<b>'],
      executable: [undefined, 7, 'x'.repeat(5_000)],
      prefix: [undefined, null],
      freeThreaded: [undefined, 'yes', 1],
      gil: [undefined, null],
      startMethods: [undefined, 'fork', { 0: 'fork' }],
      defaultStartMethod: [],
      mmap: [undefined, 0],
    }
    for (const [name, values] of Object.entries(wrong))
      for (const value of values)
        expect(
          checkDescription({ ...ANSWERED, [name]: value }),
          `${name} ${String(value)}`,
        ).toBeUndefined()
    for (const value of [null, 7, 'text', [], {}]) expect(checkDescription(value)).toBeUndefined()
  })

  test('names only start methods that there are', () => {
    const methods = { startMethods: ['spawn', 'teleport', 7], defaultStartMethod: 'teleport' }
    expect(checkDescription({ ...ANSWERED, ...methods })).toMatchObject({
      startMethods: ['spawn'],
      defaultStartMethod: '',
    })
  })

  test('is the last of several', () => {
    const line = (minor: number) =>
      `${ANSWER}${JSON.stringify({ ...ANSWERED, version: [3, minor, 0, 'final', 0] })}`
    expect(readDescription(`${line(11)}\n${line(12)}\nrest`)?.version.minor).toBe(12)
  })
})

test('what a program prints is cut at the bound, and the program ended', async () => {
  const ended = await boundedOutput(
    process.execPath,
    ['-e', 'for(;;)console.log("x".repeat(99))'],
    {
      milliseconds: 10_000,
      bytes: 1_000,
      environment: process.env,
    },
  )
  expect([ended.how, ended.out.length]).toEqual(['bytes', 1_000])
})
