/**
 * After every test nothing of it is left: no worker, no process, no descriptor, no folder. This is a
 * setup file of the tests, so its hooks are around those of every test file; what existed when a test
 * began (a host that a file opens for all of its tests) may stay. What ends by itself is waited for.
 *
 * Processes are told by a mark in their environment, which they hand on: so one whose parent has
 * gone is found as well. Files are told by their folder: every test file has one of its own for
 * temporary files; folders in memory name the process they belong to. Without /proc only workers and
 * files are looked after.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeEach } from 'vitest'

/** What may take as long as a busy machine makes it: a failure is told after it. */
const SETTLING_MILLISECONDS = 60_000
const MARK = 'INTERLEAVE_TESTED_BY'
const MEMORY = '/dev/shm'
const FOLDER = /^interleave-tests-(\d+)$/

const hasProcesses = existsSync('/proc/self/environ')

const workers = new Map<number, Worker>()
process.on('worker', (worker: Worker) => {
  workers.set(worker.threadId, worker)
  const { threadId } = worker
  worker.once('exit', () => workers.delete(threadId))
})

/** The worker with this `threadId`, for a test that terminates it. */
export const workerOf = (threadId: number): Worker | undefined => workers.get(threadId)

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Its name is short: sockets have their names in it. */
function makeOwnFolder(): string {
  const parent = realpathSync(tmpdir())
  for (const name of readdirSync(parent)) {
    const [, pid] = FOLDER.exec(name) ?? []
    // Of a test run that was killed.
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
  const folder = join(parent, `interleave-tests-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

const usual = process.env['TMPDIR']
const folder = makeOwnFolder()
process.env['TMPDIR'] = folder
process.env[MARK] = String(process.pid)

function* listed(path: string): Generator<string> {
  try {
    yield* readdirSync(path)
  } catch {
    // It is not there any more, or never was.
  }
}

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return ''
  }
}

function* descriptors(): Generator<string> {
  for (const descriptor of listed('/proc/self/fd')) {
    const target = attempt(() => readlinkSync(`/proc/self/fd/${descriptor}`))
    // The listing itself is one, closed by now.
    if (target !== '') yield `descriptor ${descriptor}: ${target}`
  }
}

function* processes(): Generator<string> {
  if (!hasProcesses) return
  for (const pid of listed('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue
    const environment = attempt(() => readFileSync(`/proc/${pid}/environ`, 'latin1'))
    if (!`\0${environment}`.includes(`\0${MARK}=${process.pid}\0`)) continue
    const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
    yield `process ${pid}: ${command.replaceAll('\0', ' ').trim()}`
  }
}

function* files(): Generator<string> {
  for (const name of listed(folder)) yield `file ${join(folder, name)}`
  for (const name of listed(MEMORY)) {
    const owner = attempt(() => readlinkSync(join(MEMORY, name, 'owner')))
    if (owner === `/proc/${process.pid}`) yield `file ${join(MEMORY, name)}`
  }
}

/** Everything of this process that a test can leave behind, in words that stay the same. */
function takeStock(): Set<string> {
  const live = [...workers.keys()].map((threadId) => `worker ${threadId}`)
  return new Set([...live, ...descriptors(), ...processes(), ...files()])
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10))

/** What was not there before, once nothing ends any more. */
async function survivors(before: ReadonlySet<string>): Promise<readonly string[]> {
  const deadline = performance.now() + SETTLING_MILLISECONDS
  for (;;) {
    const left = [...takeStock()].filter((each) => !before.has(each))
    if (left.length === 0 || performance.now() > deadline) return left
    await pause()
  }
}

// The event loop opens a pipe for signals with the first of them, and keeps it.
const ignore = (): void => undefined
process.on('SIGCHLD', ignore).off('SIGCHLD', ignore)

const atStart = takeStock()
let before: ReadonlySet<string> = atStart
let isPerTest = true

/** For a file whose tests share a host, whose workers come one by one: told at the file's end. */
export function checkAtEnd(): void {
  isPerTest = false
}

beforeEach(() => {
  before = takeStock()
})

async function check(what: string, since: ReadonlySet<string>): Promise<void> {
  const left = await survivors(since)
  if (left.length > 0) throw new Error(`the ${what} left behind:\n  ${left.join('\n  ')}`)
}

// Registered first, so called last: after the test file's own.
afterEach(async () => {
  if (isPerTest) await check('test', before)
})

// The other way round: the one that is registered last is called first.
afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usual
  rmSync(folder, { recursive: true, force: true })
})
afterAll(() => check('file', atStart))
