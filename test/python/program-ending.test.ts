/** Real programs, and everything that could be left of them. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installProbe } from '../../main/python/probe-files.ts'
import { isGroupAlive } from '../../main/python/program/process-group.ts'
import { PythonProgram, type ProgramOptions } from '../../main/python/program/program.ts'
import type { Interpreter } from '../../main/run/contract.ts'
import { OutputStream } from '../../main/trace/model.ts'
import { describeWithPythons, newestPython } from '../support/pythons.ts'
import { isAlive } from '../support/processes.ts'
import { until } from '../support/until.ts'

const MEMORY = '/dev/shm'

let folder: string
let probe: string
const started: PythonProgram[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'))
  await mkdir(join(folder, 'traces'))
  const installed = await installProbe(join(folder, 'cache'))
  if (!installed.ok) throw new Error(installed.failure.message)
  probe = installed.value
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((program) => program.stop()))
  await rm(folder, { recursive: true })
})

/** Starts a script, whose lines are collected. */
async function start(
  python: Interpreter,
  text: string,
  changes: Partial<ProgramOptions> = {},
): Promise<{ readonly program: PythonProgram; readonly lines: string[] }> {
  await writeFile(join(folder, 'script.py'), text)
  const lines: string[] = []
  const program = new PythonProgram({
    path: python.path,
    probe,
    traces: join(folder, 'traces'),
    script: 'script.py',
    arguments: [],
    folder,
    input: '',
    endsWhenStalled: false,
    now: process.hrtime.bigint,
    onLine: (stream, line) => lines.push(stream === OutputStream.out ? line : `error: ${line}`),
    ...changes,
  })
  started.push(program)
  return { program, lines }
}

const groupOf = (program: PythonProgram): number => program.pid ?? 0
const newest = async () => [await newestPython()].flatMap((python) => python ?? [])

await describeWithPythons(
  'a program',
  (python) => {
    test('has arguments, folder and input as in a shell, and its code is told', async () => {
      const text = `
import os, sys
print(sys.argv, os.path.basename(os.getcwd()))
print(repr(sys.stdin.read()))
sys.stderr.write('half a line')
sys.exit(3)
`
      const given = { arguments: ['--trace', 'a b', ''], input: 'one\ntwo' }
      const { program, lines } = await start(python, text, given)
      const exit = await program.over
      expect(lines.toSorted()).toEqual([
        "'one\\ntwo'",
        `['script.py', '--trace', 'a b', ''] ${folder.split('/').at(-1) ?? ''}`,
        'error: half a line',
      ])
      expect(exit).toMatchObject({ code: 3, signal: undefined, ended: undefined })
      expect(exit.rest).toBe('gone already')
    })

    test('that ignores SIGTERM is killed, and it is told what that took', async () => {
      const text = `
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf', flush=True)
while True: time.sleep(60)
`
      const { program, lines } = await start(python, text)
      await until('it ignores SIGTERM', () => lines.includes('deaf'))
      await program.stop()
      const exit = await program.over
      expect(exit).toMatchObject({ signal: 'SIGKILL', ended: 'stopped', rest: 'killed' })
      expect(isGroupAlive(groupOf(program))).toBe(false)
    })

    test('that has a last word when it is asked to end is heard', async () => {
      const text = `
import signal, sys, time
def end(*_):
    print('saved')
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print('ready', flush=True)
while True: time.sleep(60)
`
      const { program, lines } = await start(python, text, { termGrace: 60_000 })
      await until('it is ready', () => lines.includes('ready'))
      await program.stop()
      expect(lines).toEqual(['ready', 'saved'])
      expect((await program.over).code).toBe(0)
    })

    test('whose main process is killed takes its grandchildren along', async () => {
      const text = `
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', '''
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; print(1, flush=True); time.sleep(600)"])
time.sleep(600)
'''])
time.sleep(600)
`
      const { program, lines } = await start(python, text)
      await until('its grandchild runs', () => lines.includes('1'))
      process.kill(groupOf(program), 'SIGKILL')
      const exit = await program.over
      expect(exit).toMatchObject({ code: undefined, signal: 'SIGKILL', ended: undefined })
      expect(isGroupAlive(groupOf(program))).toBe(false)
    })

    test('that prints without end is read to its end, and only the beginning kept', async () => {
      const text = `
import sys
line = b'x' * 1023 + b'\\n'
for _ in range(40 * 1024): sys.stdout.buffer.write(line)
sys.stdout.buffer.write(b'\\xff\\xfe\\n')
`
      const { program, lines } = await start(python, text)
      expect((await program.over).code).toBe(0)
      expect(lines.length).toBe(16 * 1024)
      expect(program.printed).toBe(40 * 2 ** 20 + 3)
      expect(program.limits).toEqual([expect.stringContaining('it printed 41 MiB')])
    })

    test('that closes its descriptors, or hands them to a daemon, does not keep us waiting', async () => {
      const text = `
import os, sys
if os.fork() == 0:
    os.setsid()
    daemon = os.fork()
    if daemon == 0:
        import time
        time.sleep(600)
    print(daemon, flush=True)
    os._exit(0)
os.wait()
os.closerange(0, 3)
os._exit(7)
`
      const { program, lines } = await start(python, text)
      expect((await program.over).code).toBe(7)
      // It has our pipes in its hands, and is none of the program's group any more.
      const daemon = Number(lines[0])
      expect(isAlive(daemon)).toBe(true)
      process.kill(daemon, 'SIGKILL')
    })

    test.skipIf(!existsSync(MEMORY))(
      'that is killed leaves no semaphore and no memory',
      async () => {
        const text = `
import multiprocessing as mp, os, time
from multiprocessing import shared_memory
if __name__ == '__main__':
    context = mp.get_context('spawn')
    lock = context.Lock()
    memory = shared_memory.SharedMemory(create=True, size=4096)
    print(memory.name, lock._semlock.name, flush=True)
    time.sleep(600)
`
        const { program, lines } = await start(python, text)
        await until('it has made both', () => lines.length > 0)
        const [memory = '', lock = ''] = (lines[0] ?? '').split(' ')
        const left = () =>
          readdirSync(MEMORY).filter((name) => [memory, `sem.${lock.slice(1)}`].includes(name))
        expect(left()).toHaveLength(2)
        program.tick(0)
        // All at once, the one included that would have removed them.
        process.kill(-groupOf(program), 'SIGKILL')
        await program.over
        expect(left()).toEqual([])
      },
    )

    test.skipIf(!existsSync(MEMORY))(
      'that ends in order keeps the memory that it leaves',
      async () => {
        const text = `
from multiprocessing import resource_tracker, shared_memory
memory = shared_memory.SharedMemory(create=True, size=4096)
resource_tracker.unregister(memory._name, 'shared_memory')
print(memory.name, flush=True)
`
        const { program, lines } = await start(python, text)
        await until('it has made it', () => lines.length > 0)
        const [name = ''] = lines
        program.tick(0, [name])
        expect((await program.over).code).toBe(0)
        expect(readdirSync(MEMORY)).toContain(name)
        await rm(join(MEMORY, name))
      },
    )
  },
  newest,
)

test('a program that cannot be started is over at once, and says why', async () => {
  const program = new PythonProgram({
    path: join(folder, 'no-such-python'),
    probe,
    traces: folder,
    script: 'script.py',
    arguments: [],
    folder,
    input: 'never read',
    endsWhenStalled: true,
    now: process.hrtime.bigint,
    onLine: () => undefined,
  })
  expect(program.pid).toBeUndefined()
  expect((await program.over).error).toContain('ENOENT')
  await program.stop()
})
