/** Interleave as a package: package.json's exports, and a plain JavaScript program that uses them. */
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, expect, inject, test } from 'vitest'
import { bin, exports as exported } from '../../package.json'
import { isAlive } from '../support/processes.ts'

const PROGRAM = `
import { isMainThread } from 'node:worker_threads'
import { Lock, print, Thread } from 'interleave/threading'
import { Pool, Process, Queue, withPool } from 'interleave/multiprocessing'
import { runProgram } from 'interleave/program'

export function greet(results, who) {
  print('in', who)
  results.put([who, process.pid])
}
export function fail() {
  throw new RangeError('on purpose')
}
export const square = (n) => n * n

export const hello = () => print('hello from MainThread')

export function main(n) {
  const lock = new Lock()
  const results = new Queue()
  const workers = [
    new Thread({ target: greet, args: [results, 'thread'] }),
    new Process({ target: greet, args: [results, 'process'] }),
    new Process({ target: fail, name: 'failing' }),
  ]
  const pids = []
  for (const worker of workers) {
    worker.start()
    worker.join()
    if (worker.name === 'failing') print('exit code', worker.exitcode)
    else pids.push(results.get()[1])
  }
  lock.withLock(() => print(withPool(new Pool(2), (pool) => pool.map(square, [1, 2, n]))))
  print('pids', ...pids)
}

if (isMainThread) {
  const outcome = await runProgram(new URL(import.meta.url), 'main', { args: [3] })
  console.error(outcome.error ?? 'done')
}
`

const folders: string[] = []
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
})

/** A folder with the program and what is installed for it. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'package-'))
  folders.push(folder)
  const installed = join(folder, 'node_modules/interleave')
  mkdirSync(join(installed, 'out'), { recursive: true })
  const manifest = { name: 'interleave', type: 'module', exports: exported }
  writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest))
  symlinkSync(inject('bundle'), join(installed, 'out/main'), 'junction')
  writeFileSync(join(folder, 'program.mjs'), PROGRAM)
  mkdirSync(join(folder, 'tmp'))
  return folder
}

/** Resolves when the program has ended by itself, and everyone who had its output. */
function runNode(
  folder: string,
  words: readonly string[] = ['program.mjs'],
): Promise<{ out: string; error: string; code: number | null }> {
  const node = spawn(process.execPath, words, {
    cwd: folder,
    env: { ...process.env, TMPDIR: join(folder, 'tmp') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, error] = ['', '']
  node.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  node.stderr.setEncoding('utf8').on('data', (text: string) => (error += text))
  return new Promise((done) => node.on('close', (code) => done({ out, error, code })))
}

const itemFolders = () =>
  existsSync('/dev/shm')
    ? readdirSync('/dev/shm').filter((name) => name.startsWith('interleave-'))
    : []

test('a plain program runs threads, processes and a pool, prints, and leaves nothing', async () => {
  const folder = install()
  const before = new Set(itemFolders())
  const { out, error, code } = await runNode(folder)
  const lines = out.trimEnd().split('\n')
  expect(lines.slice(0, -1)).toEqual(['in thread', 'in process', 'exit code 1', '[1, 4, 9]'])
  expect(error).toMatch(/^Process failing:\nRangeError: on purpose\n[^]*done\n$/)
  expect(code).toBe(0)

  const [word, ...pids] = lines.at(-1)?.split(' ') ?? []
  expect([word, pids.length]).toEqual(['pids', 2])
  expect(pids.filter((pid) => isAlive(Number(pid)))).toEqual([])
  expect(readdirSync(join(folder, 'tmp'))).toEqual([])
  // Those of other tests' runs come and go.
  const left = itemFolders().filter((name) => !before.has(name))
  for (const name of left) expect(existsSync(join('/dev/shm', name, 'owner'))).toBe(true)
})

test('the installed command is one that a shell can start, and runs a program', async () => {
  const folder = install()
  const command = join(folder, 'node_modules/interleave', bin.interleave)
  // What npm makes an executable of starts with the name of what runs it, on every system.
  expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  const { out, error, code } = await runNode(folder, [command, 'program', 'program.mjs', 'hello'])
  expect([out, error, code]).toEqual(['hello from MainThread\n', '', 0])
})

test('a primitive outside of a program says how it is run', async () => {
  const folder = install()
  const text = "import { Lock } from 'interleave/threading'; new Lock()"
  writeFileSync(join(folder, 'alone.mjs'), text)
  const { error } = await runNode(folder, ['alone.mjs'])
  expect(error).toMatch(/RuntimeError: no Lock outside of .* runProgram of interleave\/program/)
})

test('what package.json exports are entries of the build, with their types', () => {
  const root = resolve(import.meta.dirname, '../..')
  const { './package.json': manifest, ...rooms } = exported
  expect(manifest).toBe('./package.json')
  for (const { types, default: built } of Object.values(rooms)) {
    expect(existsSync(join(root, types))).toBe(true)
    expect(existsSync(join(inject('bundle'), built.replace('./out/main/', '')))).toBe(true)
  }
})
