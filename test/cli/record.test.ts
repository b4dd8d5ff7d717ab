/** `record -- python3 script.py`: the program is as without Interleave, and a recording is left. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { parseArguments } from '../../main/cli/arguments.ts'
import { runCommandLine } from '../../main/cli/main.ts'
import { LONGEST_INPUT, readInput } from '../../main/cli/standard-input.ts'
import { success } from '../../main/core/result.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { createRunService } from '../../main/run/run-service.ts'
import { describeWithPythons, newestPython } from '../support/pythons.ts'
import { until } from '../support/until.ts'
import { fakeHost, type FakeHost } from './fake-host.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

/** Streams are strings; all else is real. */
const realHost = (input = ''): FakeHost => ({
  ...fakeHost(),
  input: () => Promise.resolve(success(input)),
  createService: () =>
    createRunService({
      launcher: createForkLauncher({
        runner: join(inject('bundle'), 'runner.mjs'),
        child: join(inject('bundle'), 'child.mjs'),
      }),
      recordings: join(folder, 'recordings'),
      data: join(folder, 'data'),
      cache: join(folder, 'cache'),
      environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
    }),
})

describe('what is to be recorded', () => {
  it.each([
    ['record', 'There is nothing to record. For example: interleave record -- python3'],
    ['record --', 'There is nothing to record.'],
    ['record python3 a.py', 'stands behind --.'],
    ['record -- python3', 'python3 is given no script.'],
    ['record -- a.py', 'Name it before the script: interleave record -- python3 a.py'],
    ['record -- python3 -m http.server', '-m cannot be recorded'],
    ['record -- python3 -mhttp.server', 'path of the module’s file'],
    ['record -- python3 -c print(1)', '-c cannot be recorded'],
    ['record -- python3 -', 'from standard input'],
    ['record -- python3 -O a.py', 'option -O is not passed on'],
    ['record -- python3 -X dev a.py', 'option -X dev is not passed on'],
    ['record --folde x -- python3 a.py', 'Did you mean --folder?'],
    ['record --start-method spwan -- python3 a.py', 'Did you mean spawn?'],
  ])('%s is refused in one line', async (line, words) => {
    const host = fakeHost()
    expect(await runCommandLine(line.split(' '), host)).toBe(2)
    expect(host.log.err).toContain(words)
    expect(host.log.err).toMatch(/^interleave: [^\n]+\n$/)
  })

  it('keeps the words of the program as they are', () => {
    const words = ['python3', '-u', '-Xgil=0', 'a.py', '--json', '-m', '--', '', 'a b']
    expect(parseArguments(['record', '--record', 'x.ilv', '--', ...words])).toMatchObject({
      value: {
        record: 'x.ilv',
        python: { script: 'a.py', arguments: words.slice(4), gil: false },
      },
    })
  })
})

describe('standard input', () => {
  const read = (chunks: Iterable<Buffer>, onWait = () => undefined) =>
    readInput(Readable.from(chunks, { objectMode: false }), onWait)

  it('is read to its end, and not from a terminal', async () => {
    expect(
      await read([Buffer.from('Gr'), Buffer.of(0xc3), Buffer.of(0xbc), Buffer.from('n')]),
    ).toEqual(success('Grün'))
    const terminal = Object.assign(new Readable({ read: () => undefined }), { isTTY: true })
    expect(await readInput(terminal, () => undefined)).toEqual(success(''))
  })

  it('that is too long or not text is refused, not damaged', async () => {
    const long = await read([Buffer.alloc(LONGEST_INPUT, 'x'), Buffer.from('y')])
    expect(long).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining('1 MiB') as string },
    })
    expect(await read([Buffer.of(0xff, 0xfe)])).toMatchObject({
      failure: { message: 'Standard input is not UTF-8.' },
    })
  })

  it('that does not end is waited for, and that is said once', async () => {
    vi.useFakeTimers()
    try {
      const stream = new Readable({ read: () => undefined })
      const onWait = vi.fn()
      const reading = readInput(stream, onWait)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(onWait).toHaveBeenCalledOnce()
      stream.push('late')
      stream.push(null)
      vi.useRealTimers()
      expect(await reading).toEqual(success('late'))
    } finally {
      vi.useRealTimers()
    }
  })
})

await describeWithPythons(
  'record',
  ({ path: python }) => {
    const record = async (
      words: readonly string[],
      host = realHost(),
      options: readonly string[] = [],
    ) => {
      const code = await runCommandLine(['record', ...options, '--', python, ...words], host)
      return { code, ...host.log }
    }
    /** The same without Interleave. */
    const plain = (words: readonly string[], input = '') =>
      spawnSync(python, words, { input, encoding: 'utf8' })

    it('is the program as it stands: arguments, input, both streams, exit code', async () => {
      const script = write(
        'all.py',
        [
          'import os, sys',
          'print(sys.argv, os.getcwd(), __file__)',
          'print(sys.stdin.read().upper())',
          'print("wrong", file=sys.stderr)',
          'sys.stdout.write("no newline")',
          'sys.exit(7)',
        ].join('\n'),
      )
      // As a shell would complete it.
      const typed = relative(process.cwd(), script)
      for (const name of [script, typed, `./${typed}`]) {
        const words = [name, '--json', '', 'a b', '-m', 'ü']
        const [now, before] = [await record(words, realHost('grün\n')), plain(words, 'grün\n')]
        expect(now.out).toBe(before.stdout)
        expect(now.err.startsWith('wrong\n'), now.err).toBe(true)
        expect(now.code).toBe(7)
      }
    })

    it('leaves a recording that can be read', async () => {
      const script = write('lock.py', 'import threading\nwith threading.Lock(): print("held")\n')
      const to = join(folder, 'kept.ilv')
      const { code, err } = await record([script], realHost(), ['--record', to])
      expect([code, err]).toEqual([0, expect.stringContaining(`interleave: recorded in ${to}\n`)])
      const host = fakeHost()
      expect(await runCommandLine(['stats', to], host)).toBe(0)
      expect(host.log.out).toContain('python-script script, ')
      expect(host.log.out).toContain('lock.py:2')
    })

    it('does not add newlines to a very long line', async () => {
      const script = write('long.py', 'print("x" * 100_000)\nprint("y" * 40_000, end="")\n')
      const { out } = await record([script])
      expect(out).toBe(`${'x'.repeat(100_000)}\n${'y'.repeat(40_000)}`)
    })

    it('says itself that it prints no more', async () => {
      const script = write('many.py', 'for each in range(100_500): print(each)\n')
      const { code, out, err } = await record([script])
      expect(code).toBe(0)
      expect(out.split('\n').length).toBeLessThanOrEqual(100_000)
      expect(err).toContain('interleave: Further lines are in the recording only.\n')
    })

    it('takes all of the input that it may have, though a recording has little room', async () => {
      const script = write('count.py', 'import sys\nprint(len(sys.stdin.read()))\n')
      const { code, out, err } = await record([script], realHost('\n'.repeat(LONGEST_INPUT)))
      expect([code, out], err).toEqual([0, `${LONGEST_INPUT}\n`])
    })

    it('works in another folder when told so', async () => {
      mkdirSync(join(folder, 'below'))
      const script = write('where.py', 'import os, sys\nprint(os.getcwd(), sys.argv[0])\n')
      const { out } = await record([script], realHost(), ['--folder', join(folder, 'below')])
      expect(out).toBe(`${join(folder, 'below')} ${script}\n`)
    })

    it.skipIf(process.platform === 'win32')(
      'ends as a shell says that a signal ended it',
      async () => {
        const script = write(
          'crash.py',
          'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n',
        )
        const { code, err } = await record([script])
        expect(code, err).toBe(137)
        expect(err).toContain('SIGKILL')
      },
    )

    it('prints the traceback of a program that throws, and ends as it does', async () => {
      const script = write('throws.py', 'def f():\n    raise KeyError("no")\nf()\n')
      const { code, err } = await record([script])
      expect(code).toBe(1)
      expect(err.startsWith(plain([script]).stderr), err).toBe(true)
    })

    it('refuses what is no Python file, or nowhere, and records nothing', async () => {
      for (const [name, words] of [
        ['none.py', 'There is no file'],
        ['notes.txt', 'is not a Python file'],
      ] as const) {
        if (name === 'notes.txt') write(name, 'hello')
        const { code, err, out } = await record([join(folder, name)])
        expect(code).toBeGreaterThan(0)
        expect(err).toContain(words)
        expect(err).toMatch(/^interleave: [^\n]+\n$/)
        expect(out).toBe('')
      }
      expect(readdirSync(folder)).not.toContain('recordings')
    })

    it('refuses an interpreter that is none', async () => {
      const script = write('a.py', '')
      for (const name of ['no-such-python', script]) {
        const host = realHost()
        expect(await runCommandLine(['record', '--', name, script], host)).toBeGreaterThan(0)
        expect(host.log.err).toMatch(/^interleave: [^\n]+\n$/)
      }
    })

    it.skipIf(process.platform === 'win32')(
      'prints what is printed at once, and Ctrl-C ends the program and says so',
      async () => {
        const script = write(
          'wait.py',
          'import time\nprint("ready")\nwhile True: time.sleep(0.05)\n',
        )
        const host = realHost()
        const ending = record([script], host)
        await until('its first line', () => host.log.out === 'ready\n')
        host.signal('SIGINT')
        const { code, err } = await ending
        expect(code).toBe(130)
        expect(err).toContain(
          'interleave: SIGINT: ending the program with SIGTERM; once more kills it.\n',
        )
        const [, path = ''] = /recorded in (.*)\n/.exec(err) ?? []
        expect(statSync(path).size).toBeGreaterThan(0)
        expect(host.listeners()).toBe(0)
      },
    )

    it('lists this machine’s interpreters', async () => {
      const host = realHost()
      expect(await runCommandLine(['pythons', '--json'], host)).toBe(0)
      const listed = JSON.parse(host.log.out) as { path: string }[]
      expect(listed.map(({ path }) => path)).toContain(python)
    })
  },
  async () => [await newestPython()].flatMap((python) => python ?? []),
)
