/** Forked processes: messages, and ends that leave nothing behind. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import type { LaunchedProcess, ProcessExit } from '../../main/run/process.ts'
import { until } from '../support/until.ts'

let folder: string

const ENTRY = `
import { spawn } from 'node:child_process'
process.on('message', (message) => {
  if (message.do === 'echo') process.send(message)
  if (message.do === 'exit') { process.send({ last: true }); process.exit(message.code) }
  if (message.do === 'throw') throw new Error('on purpose')
  if (message.do === 'ignore') { process.on('SIGTERM', () => {}); process.send({ ignoring: true }) }
  if (message.do === 'spawn') {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    process.send({ spawned: child.pid })
  }
})
process.send({ args: process.argv.slice(2) })
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interleave-fork-'))
  await writeFile(join(folder, 'entry.mjs'), ENTRY)
})
afterAll(() => rm(folder, { recursive: true }))

interface Watched {
  readonly process: LaunchedProcess
  readonly messages: unknown[]
  readonly exits: ProcessExit[]
}

function start(args: readonly string[] = [], entry = join(folder, 'entry.mjs')): Watched {
  const launched = createForkLauncher({ runner: entry, child: entry }).fork('runner', args)
  const messages: unknown[] = []
  const exits: ProcessExit[] = []
  launched.onMessage((message) => messages.push(message))
  launched.onExit((exit) => exits.push(exit))
  return { process: launched, messages, exits }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const started = (watched: Watched) => until('it speaks', () => watched.messages.length > 0)
const ended = (watched: Watched) => until('it has ended', () => watched.exits.length > 0)

test('arguments and messages arrive, bytes as bytes', async () => {
  const watched = start(['a', 'b'])
  await started(watched)
  expect(watched.messages[0]).toEqual({ args: ['a', 'b'] })
  const message = { do: 'echo', bytes: Uint8Array.of(1, 2), big: 5n }
  watched.process.post(message)
  await until('the echo', () => watched.messages.length === 2)
  expect(watched.messages[1]).toEqual(message)
  watched.process.kill()
  await ended(watched)
})

test('its last words come before its exit, which comes once', async () => {
  const watched = start()
  await started(watched)
  let before: number | undefined
  watched.process.onExit(() => (before = watched.messages.length))
  watched.process.post({ do: 'exit', code: 3 })
  await ended(watched)
  expect(watched.exits).toEqual([{ code: 3, signal: undefined }])
  expect(before).toBe(2)
  expect(watched.process.pid).toBeUndefined()
  // All of these come too late, and do no harm.
  watched.process.post({ do: 'echo' })
  watched.process.terminate()
  watched.process.kill()
  const late: ProcessExit[] = []
  watched.process.onExit((exit) => late.push(exit))
  await until('a late listener is told', () => late.length === 1)
})

test('a process that ignores SIGTERM ends by kill', async () => {
  const watched = start()
  await started(watched)
  watched.process.post({ do: 'ignore' })
  await until('it ignores', () => watched.messages.length === 2)
  watched.process.terminate()
  watched.process.post({ do: 'echo' })
  await until('it lives', () => watched.messages.length === 3)
  watched.process.kill()
  await ended(watched)
  expect(watched.exits[0]?.signal).toBe('SIGKILL')
})

test.runIf(process.platform !== 'win32')(
  'what it started ends with it, killed or crashed',
  async () => {
    for (const end of ['kill', 'crash'] as const) {
      const watched = start()
      await started(watched)
      watched.process.post({ do: 'spawn' })
      await until('it has a child', () => watched.messages.length === 2)
      const { spawned } = watched.messages[1] as { spawned: number }
      expect(isAlive(spawned)).toBe(true)
      if (end === 'kill') watched.process.kill()
      else watched.process.post({ do: 'exit', code: 1 })
      await ended(watched)
      await until(`its child has gone after ${end}`, () => !isAlive(spawned))
    }
  },
)

test('a module that does not exist is an exit, not an exception', async () => {
  const watched = start([], join(folder, 'nothing.mjs'))
  await ended(watched)
  expect(watched.exits).toEqual([
    {
      code: undefined,
      signal: undefined,
      error: `there is no file ${join(folder, 'nothing.mjs')}`,
    },
  ])
})

test('ports are a mistake here', async () => {
  const watched = start()
  expect(() => watched.process.post({}, [new MessageChannel().port1])).toThrow(TypeError)
  watched.process.kill()
  await ended(watched)
})
