/** Whoever of a run is killed, nothing of it is left: processes, folders, memory. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { SCRIPT_DEMO, type Interpreter, type RunInfo } from '../../main/run/contract.ts'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import type { LaunchedProcess } from '../../main/run/process.ts'
import { createRunService } from '../../main/run/run-service.ts'
import type { RunService } from '../../main/run/service.ts'
import { isAlive } from '../support/processes.ts'
import { describeWithPythons, newestPython } from '../support/pythons.ts'
import { until } from '../support/until.ts'

const MEMORY = '/dev/shm'
const FOLDER = /^interleave-python-[0-9a-f]{12}$/

/** Starts a grandchild, says who all are, and never ends. */
const ENDLESS = `
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
with open('pids', 'w') as file:
    file.write('%d %d' % (os.getpid(), child.pid))
os.rename('pids', 'all-pids')
time.sleep(600)
`

let folder: string
let service: RunService
let forked: LaunchedProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ending-'))
  const launcher = createForkLauncher({
    runner: join(inject('bundle'), 'runner.mjs'),
    child: join(inject('bundle'), 'child.mjs'),
  })
  forked = []
  service = createRunService({
    launcher: {
      fork(entry, args) {
        const process = launcher.fork(entry, args)
        forked.push(process)
        return process
      },
    },
    recordings: join(folder, 'recordings'),
    data: join(folder, 'data'),
    cache: join(folder, 'cache'),
    environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
  })
})
afterEach(async () => {
  await service.dispose()
  await rm(folder, { recursive: true })
})

async function requestOf(python: Interpreter, text: string): Promise<object> {
  const path = join(folder, 'script.py')
  await writeFile(path, text)
  return {
    demo: SCRIPT_DEMO,
    repeats: 1,
    engine: { kind: 'cpython', path: python.path },
    script: {
      ...{ path, folder, arguments: [], input: '' },
      consent: createHash('sha256').update(text).digest('hex'),
    },
  }
}

async function start(python: Interpreter, text = ENDLESS): Promise<RunInfo> {
  const started = await service.start(await requestOf(python, text))
  if (!started.ok) throw new Error(`${started.failure.message} ${started.failure.remedy}`)
  return started.value
}

/** Main process and grandchild of ENDLESS. */
async function pids(): Promise<readonly number[]> {
  const file = join(folder, 'all-pids')
  await until('the program runs', () => existsSync(file))
  return readFileSync(file, 'utf8').split(' ').map(Number)
}

const isGone = (all: readonly number[]) => () => all.every((pid) => !isRunning(pid))

/** A zombie whose new parent takes its time is none. */
function isRunning(pid: number): boolean {
  if (!isAlive(pid)) return false
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Names of the run's folders; those of others in memory do not count. */
const scratch = (): readonly string[] => readdirSync(tmpdir()).filter((name) => FOLDER.test(name))

/** What is left of folders with these names. */
const left = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) =>
    [join(tmpdir(), name), join(MEMORY, name)].filter((path) => existsSync(path)),
  )

const newest = async () => [await newestPython()].flatMap((python) => python ?? [])

await describeWithPythons(
  'a run',
  (python) => {
    test('that is stopped ends its program and everything that it started', async () => {
      const { id } = await start(python)
      const all = await pids()
      const folders = scratch()
      expect(folders).toHaveLength(1)
      await service.stop(id)
      expect(all.filter(isRunning)).toEqual([])
      expect((await service.over(id)).status.state).toBe('stopped')
      await service.dispose()
      expect(left(folders)).toEqual([])
    })

    test('whose process is killed leaves neither program nor folders', async () => {
      const { id } = await start(python)
      const all = await pids()
      const folders = scratch()
      await until('something is on the disk', () => {
        const [held] = service.runs()
        return (held?.status.recording?.bytes ?? 0) > 0
      })
      process.kill(forked[0]?.pid ?? 0, 'SIGKILL')
      expect((await service.over(id)).status.state).toBe('failed')
      await service.dispose()
      expect(all.filter(isRunning)).toEqual([])
      expect(left(folders)).toEqual([])
      expect(await readdir(join(folder, 'recordings'))).toHaveLength(1)
    })

    test('whose program is killed says by what, and keeps what was recorded', async () => {
      const { id } = await start(python)
      const [main = 0, child = 0] = await pids()
      process.kill(main, 'SIGKILL')
      const { status } = await service.over(id)
      expect(status.state).toBe('failed')
      expect(status.python?.[0]?.exit).toEqual({ code: -9, signal: 'SIGKILL' })
      expect(status.failure?.headline).toBe('The program was killed')
      expect(status.recording?.bytes).toBeGreaterThan(0)
      expect(isRunning(child)).toBe(false)
    })

    test('whose host is killed leaves no process', async () => {
      const host = spawn(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `const { createRunService, createForkLauncher } = await import(process.argv[1])
           const service = createRunService({ launcher: createForkLauncher(JSON.parse(process.argv[3])), ...JSON.parse(process.argv[2]) })
           const started = await service.start(JSON.parse(process.argv[4]))
           if (!started.ok) throw new Error(started.failure.message)
           setInterval(() => {}, 1000)`,
          join(inject('bundle'), 'fixtures/host.mjs'),
          JSON.stringify({
            recordings: join(folder, 'recordings'),
            data: join(folder, 'data'),
            cache: join(folder, 'cache'),
            environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
          }),
          JSON.stringify({
            runner: join(inject('bundle'), 'runner.mjs'),
            child: join(inject('bundle'), 'child.mjs'),
          }),
          JSON.stringify(await requestOf(python, ENDLESS)),
        ],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      )
      try {
        const all = await pids()
        const folders = scratch()
        host.kill('SIGKILL')
        await until('everything has gone', isGone(all))
        await until('the folders have gone', () => left(folders).length === 0)
      } finally {
        host.kill('SIGKILL')
      }
    })
  },
  newest,
)

await describeWithPythons(
  'a script',
  (python) => {
    test('that ends with a code of its own has not failed', async () => {
      const { id } = await start(python, 'import sys\nprint("done")\nsys.exit(3)\n')
      const { status } = await service.over(id)
      expect(status.failure).toBeUndefined()
      expect(status.state).toBe('finished')
      expect(status.python?.[0]?.exit).toEqual({ code: 3 })
    })

    test('that has changed since it was agreed to is not run', async () => {
      const request = await requestOf(python, 'print("agreed")\n')
      await writeFile(join(folder, 'script.py'), 'open("ran", "w")\n')
      const started = await service.start(request)
      expect(started).toMatchObject({ ok: false })
      expect(existsSync(join(folder, 'ran'))).toBe(false)
    })

    test.skipIf(!existsSync('/proc'))(
      'that removes the files of its trace ends as it likes',
      async () => {
        const text = `
import shutil
with open('/proc/self/cmdline') as file:
    command = file.read().split('\\0')
shutil.rmtree(command[command.index('--trace') + 1])
print('gone')
`
        const { id } = await start(python, text)
        const { status } = await service.over(id)
        expect(status.failure).toBeUndefined()
        expect(status.state).toBe('finished')
        expect(status.python?.[0]?.exit).toEqual({ code: 0 })
      },
    )
  },
  newest,
)
