import { spawn, type ChildProcess } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, inject, test } from 'vitest'
import { createForkLauncher } from '../../main/run/fork-launcher.ts'
import { ChildServer } from '../../main/run/child-server.ts'
import { removeStale } from '../../main/run/socket-address.ts'
import { FrameWriter } from '../../main/multiprocessing/frames.ts'
import { writeMessage } from '../../main/multiprocessing/message-codec.ts'
import { PROTOCOL_VERSION } from '../../main/multiprocessing/messages.ts'
import { isAlive, openRun } from '../support/processes.ts'
import { until } from '../support/until.ts'

const folders: string[] = []
const spawned: ChildProcess[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  for (const child of spawned.splice(0)) child.kill('SIGKILL')
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'test-'))
  folders.push(folder)
  return folder
}

/** Runs fixtures/parent.ts; `lines` fills as it prints. */
function runParent(program: string, limits = '') {
  const bundle = inject('bundle')
  const command = `${limits} exec "$0" "$@"`
  const args = [
    '-c',
    command,
    process.execPath,
    join(bundle, 'fixtures/parent.mjs'),
    bundle,
    program,
  ]
  // What it leaves behind when it is killed goes with the folder.
  const env = { ...process.env, TMPDIR: makeFolder() }
  const parent = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  spawned.push(parent)
  const lines: string[] = []
  createInterface(parent.stdout).on('line', (line) => lines.push(line))
  const exited = new Promise((resolve) => parent.once('exit', resolve))
  return { parent, lines, exited }
}

test('F01: a writer killed in the middle of an item leaves whole items and a report', async () => {
  const run = openRun({ itemsInMemory: false })
  expect(await run.run('killInThePut')).toEqual([
    'writer -9',
    '[100, 101, 102, 103, 104] True',
    'other 0',
  ])
  const partial = run.notices.filter((notice) => notice.includes('partial'))
  expect(partial).toHaveLength(1)
  expect(partial[0]).toMatch(/^1 partial frame, \d+ of \d+ bytes discarded, writer pid \d+ died$/)
  expect(partial[0]).toContain(`writer pid ${run.exits[0]?.pid} died`)
})

test('F02: a reader killed while it waits does not keep others from getting', async () => {
  const run = openRun()
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1)
  expect(await run.run('killInTheGet')).toEqual([`[${numbers.join(', ')}]`, '-9 -15'])
})

test.each([
  ['killed', true, -9],
  ['asleep', false, -15],
])('F02: items in the hands of a reader that is %s go back in order', async (_, kill, exitcode) => {
  const run = openRun()
  expect(await run.run('itemsInHand', kill)).toEqual([`True 0 ${exitcode}`])
})

test.skipIf(process.platform === 'win32')(
  'F07: a child that spins is gone soon after its parent was killed',
  async () => {
    const { parent, lines } = runParent('startSpinning')
    await until('the child runs', () => lines.length > 0)
    const pid = Number(lines[0]?.replace('child ', ''))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await until('the child is gone', () => !isAlive(pid))
  },
)

test.skipIf(process.platform === 'win32')(
  'F18: without descriptors start() fails, and works again when there are some',
  async () => {
    const { lines, exited } = runParent('startUntilRefused', 'ulimit -n 56;')
    await exited
    const said = lines.filter((line) => !line.startsWith('child '))
    expect(said[0]).toMatch(/^True OSError: can't start new process: .*EMFILE/)
    expect(said.at(-1)).toBe('again 0')
  },
)

test.skipIf(process.platform === 'win32')(
  'F19: a folder with too long a name is refused, and nothing is left in it',
  async () => {
    const folder = join(makeFolder(), 'x'.repeat(100))
    mkdirSync(folder)
    const run = openRun({ directory: folder })
    const printed = await run.run('startNoop')
    expect(printed[0]).toMatch(/^OSError: .*too long a name.*the system allows \d+\. Set TMPDIR/)
    expect(printed[1]).toBe('False')
    expect(readdirSync(folder)).toEqual([])
  },
)

test.skipIf(process.platform === 'win32')(
  'F19: the socket of a runner that was killed is removed, that of a live one is not',
  async () => {
    const folder = makeFolder()
    const listen = (name: string) => {
      const own = join(folder, name)
      mkdirSync(own)
      const script = `require('net').createServer().listen(${JSON.stringify(join(own, 's'))})`
      const child = spawn(process.execPath, ['-e', script])
      spawned.push(child)
      return { own, child }
    }
    const [dead, live] = [listen('interleave-dead00000000'), listen('interleave-11fe00000000')]
    await until(
      'both listen',
      () => existsSync(join(dead.own, 's')) && existsSync(join(live.own, 's')),
    )
    const gone = new Promise((resolve) => dead.child.once('exit', resolve))
    dead.child.kill('SIGKILL')
    await gone
    // Killed between making the folder and listening.
    const empty = join(folder, 'interleave-000000000000')
    mkdirSync(empty)
    for (const own of [dead.own, live.own, empty]) utimesSync(own, 0, 0)
    await removeStale(folder)
    expect([dead.own, live.own, empty].map((own) => existsSync(own))).toEqual([false, true, false])
    const server = await ChildServer.listen({
      tokenOf: () => undefined,
      onCall: () => undefined,
      directory: folder,
    })
    expect(statSync(dirname(server.address)).mode & 0o777).toBe(0o700)
    await server.dispose()
  },
)

test('the socket’s folder is gone after dispose', async () => {
  const folder = makeFolder()
  const run = openRun({ directory: folder })
  // Whether it is alive then is chance: it has nothing to do.
  expect((await run.run('startNoop'))[0]).toBe('no error: undefined')
  if (process.platform !== 'win32') expect(readdirSync(folder)).toHaveLength(1)
  await run.registry.dispose()
  expect(readdirSync(folder)).toEqual([])
})

test('a process that never calls in fails start() and is ended', async () => {
  const silent = join(makeFolder(), 'silent.mjs')
  writeFileSync(silent, 'setInterval(() => {}, 1000)')
  const pids: (number | undefined)[] = []
  const run = openRun({
    helloTimeout: 0.3,
    launch(args) {
      const launched = createForkLauncher({ runner: '', child: silent }).fork('child', args)
      pids.push(launched.pid)
      return launched
    },
  })
  const printed = await run.run('startNoop')
  expect(printed[0]).toMatch(
    /^OSError: can't start new process: Process-1 \(pid \d+\) did not call in within 0.3 s$/,
  )
  await until('it is ended', () => pids.every((pid) => pid !== undefined && !isAlive(pid)))
})

test('a process that dies before it calls in fails start()', async () => {
  const child = join(makeFolder(), 'child.mjs')
  writeFileSync(child, 'process.exit(1)\n')
  const run = openRun({
    launch: (args) => createForkLauncher({ runner: '', child }).fork('child', args),
  })
  expect(await run.run('startNoop')).toEqual([
    "OSError: can't start new process: Process-1 ended before it ran (exit code 1)",
    'False',
  ])
})

interface Hello {
  readonly version: number
  readonly process: number
  readonly token: string
}

const GOOD: Hello = { version: PROTOCOL_VERSION, process: 1, token: 'a'.repeat(64) }

test.each<[string, Hello | 'flood']>([
  ['a wrong token', { ...GOOD, token: 'b'.repeat(64) }],
  ['a token of another length', { ...GOOD, token: 'a' }],
  ['an unknown process', { ...GOOD, process: 2 }],
  ['another protocol', { ...GOOD, version: PROTOCOL_VERSION + 1 }],
  ['an endless hello', 'flood'],
])('a caller with %s is refused', async (_, hello) => {
  const calls: number[] = []
  const server = await ChildServer.listen({
    tokenOf: (number) => (number === 1 ? GOOD.token : undefined),
    onCall: (caller) => calls.push(caller.process),
  })
  try {
    await refused(connect(server.address), hello)
    expect(calls).toEqual([])
    const good = connect(server.address)
    say(good, GOOD)
    await until('the right one is let in', () => calls.length === 1)
    good.destroy()
  } finally {
    await server.dispose()
  }
})

async function refused(socket: Socket, hello: Hello | 'flood'): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  if (hello === 'flood') socket.write(Buffer.from([0, 0, 0, 1, 1]))
  else say(socket, hello)
  await closed
}

function say(socket: Socket, hello: Hello): void {
  const writer = new FrameWriter(socket)
  writeMessage(writer, { type: 'hello', pid: 1, ...hello })
  writer.flush()
}
