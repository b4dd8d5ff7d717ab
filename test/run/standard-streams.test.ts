/** Real processes with real pipes: what becomes of a host whose output cannot be written. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

let folder: string
let entry: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interleave-streams-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: resolve(import.meta.dirname, '../../main/run/standard-streams.ts'),
      outDir: join(folder, 'out'),
    },
  })
  entry = join(folder, 'entry.mjs')
  const built = pathToFileURL(join(folder, 'out/standard-streams.js')).href
  await writeFile(
    entry,
    `import { outliveReaders } from ${JSON.stringify(built)}
outliveReaders()
process.stdin.once('end', () => {
  process.stdout.write('result')
  process.stderr.write('progress')
  setTimeout(() => (process.exitCode = 0), 50)
}).resume()`,
  )
})
afterAll(() => rm(folder, { recursive: true }))

function start(stdout: 'pipe' | number) {
  const child = spawn(process.execPath, [entry], { stdio: ['pipe', stdout, 'pipe'] })
  let words = ''
  child.stderr?.on('data', (text) => (words += String(text)))
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, exit, words: () => words }
}

test('readers that have gone are no failure', async () => {
  const { child, exit } = start('pipe')
  child.stdout?.destroy()
  child.stderr?.destroy()
  child.stdin?.end()
  expect(await exit).toBe(0)
})

test.runIf(process.platform === 'linux')(
  'a result that found no room is one sentence and exit code 1',
  async () => {
    const full = openSync('/dev/full', 'w')
    const { child, exit, words } = start(full)
    closeSync(full)
    child.stdin?.end()
    expect(await exit).toBe(1)
    expect(words()).toContain('interleave: The result could not be written (ENOSPC).\n')
    expect(words()).not.toContain('at ')
  },
)
