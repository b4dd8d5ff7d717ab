/** `npm start` and its like: wrong options, and where the desktop app comes from. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findElectron, hasDisplay, obtainElectron } from '../../build/find-electron.mjs'
import { isBuilt, isInstalled } from '../../build/set-up.mjs'

const root = resolve(import.meta.dirname, '../..')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interleave-start-'))
})
afterEach(() => rm(folder, { recursive: true }))

function start(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'build', script), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const words = { out: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => (words.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (words.error += chunk.toString()))
  return { child, words, closed: once(child, 'close') as Promise<[number | null]> }
}

describe('wrong options end with one sentence and exit code 2', () => {
  test.each([
    ['start.mjs', ['--nope'], "Unknown option '--nope'"],
    ['start.mjs', ['nope'], "Unknown argument 'nope'"],
    ['start.mjs', ['--port'], "Option '--port' needs a value"],
    ['start.mjs', ['--port', '70000'], "Port '70000' is not a number from 0 to 65535"],
    ['start.mjs', ['--port', '1e3'], "Port '1e3' is not a number"],
    ['start.mjs', ['--web=yes'], "Option '--web' takes no value"],
    ['test.mjs', ['--only', 'some'], "There is no stage 'some'"],
    ['check.mjs', ['--only', 'some'], "There is no check 'some'"],
    ['bench.mjs', ['--fast'], "Unknown option '--fast'"],
  ])('%s %j', async (script, args, sentence) => {
    const { words, closed } = start(script, args)
    expect(await closed).toEqual([2, null])
    expect(words.error).toContain(sentence)
    expect(words.error.trim().split('\n')).toHaveLength(1)
    expect(words.out).toBe('')
  })

  test('an old Node is told so before anything else', async () => {
    const preload = join(folder, 'old.cjs')
    await writeFile(
      preload,
      "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })",
    )
    for (const script of ['start.mjs', 'test.mjs', 'bench.mjs', 'check.mjs', 'build.mjs']) {
      const { words, closed } = start(script, [], { NODE_OPTIONS: `--require ${preload}` })
      expect(await closed, script).toEqual([2, null])
      expect(words.error).toMatch(/^Interleave needs Node 20\.19 or newer, and this is Node 18/)
      expect(words.error.trim().split('\n')).toHaveLength(1)
    }
  })
})

describe('dependencies', () => {
  const lock = (packages: object) => JSON.stringify({ packages })
  const write = async (wanted: object, installed: object) => {
    await mkdir(join(folder, 'node_modules'), { recursive: true })
    await writeFile(join(folder, 'package-lock.json'), lock({ '': {}, ...wanted }))
    await writeFile(join(folder, 'node_modules/.package-lock.json'), lock(installed))
  }

  test('nothing installed, another version, and a missing package are seen', async () => {
    const a = { 'node_modules/a': { version: '1.0.0' } }
    expect(isInstalled(folder)).toBe(false)
    await write(a, {})
    expect(isInstalled(folder)).toBe(false)
    await write(a, { 'node_modules/a': { version: '1.0.1' } })
    expect(isInstalled(folder)).toBe(false)
    await write(a, a)
    expect(isInstalled(folder)).toBe(true)
  })

  test('a package for another system may be missing', async () => {
    await write({ 'node_modules/b': { version: '1.0.0', optional: true } }, {})
    expect(isInstalled(folder)).toBe(true)
  })
})

describe.runIf(process.platform === 'linux')('a display', () => {
  test('is a socket that exists, or one of another machine', async () => {
    await writeFile(join(folder, 'wayland-0'), '')
    const wayland = { XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: 'wayland-0' }
    expect(hasDisplay({})).toBe(false)
    expect(hasDisplay({ ...wayland, WAYLAND_DISPLAY: 'wayland-1' })).toBe(false)
    expect(hasDisplay(wayland)).toBe(true)
    expect(hasDisplay({ DISPLAY: ':59999' })).toBe(false)
    expect(hasDisplay({ DISPLAY: 'localhost:10.0' })).toBe(true)
  })
})

/** A script in the place of the binary: writes how it was called, then waits to be ended. */
const STAND_IN = `#!${process.execPath}
require('node:fs').writeFileSync(process.env.CALLED, JSON.stringify(process.argv.slice(2)))
process.on('SIGTERM', () => process.exit(7))
setInterval(() => {}, 1000)
`

describe.runIf(process.platform === 'linux')('the desktop app', () => {
  const display = () => ({ XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: 'wayland-0' })

  /** As the package electron looks when it is installed. */
  async function installPackage({ version = '1.2.3', dist = '1.2.3' } = {}) {
    await writeFile(join(folder, 'wayland-0'), '')
    await mkdir(join(folder, 'dist'), { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ version }))
    await writeFile(join(folder, 'path.txt'), 'electron')
    await writeFile(join(folder, 'dist/version'), `v${dist}\n`)
    await writeFile(join(folder, 'dist/electron'), STAND_IN)
    await chmod(join(folder, 'dist/electron'), 0o755)
  }

  test('is found where it is the version asked for, and executable', async () => {
    await installPackage()
    expect(findElectron({}, folder)).toBe(join(folder, 'dist/electron'))
    await installPackage({ dist: '1.2.2' })
    expect(findElectron({}, folder)).toBeUndefined()
    await installPackage()
    await chmod(join(folder, 'dist/electron'), 0o644)
    expect(findElectron({}, folder)).toBeUndefined()
  })

  test('is not asked for without a display', async () => {
    await installPackage()
    expect(await obtainElectron({}, folder)).toEqual({ why: 'there is no display' })
  })

  test('a mirror that refuses, and one that never answers, are named', async () => {
    await installPackage({ dist: '0.0.0' })
    const refused = await obtainElectron(
      { ...display(), ELECTRON_MIRROR: 'http://127.0.0.1:1/' },
      folder,
    )
    expect(refused).toEqual({
      why: expect.stringMatching(/127\.0\.0\.1:1 cannot be reached/) as string,
    })
    // Read, so that the end of who asks is seen.
    const silent: Server = createServer((socket) => void socket.resume())
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
    try {
      const mirror = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
      const waited = await obtainElectron({ ...display(), ELECTRON_MIRROR: mirror }, folder)
      expect(waited).toEqual({ why: expect.stringContaining('no answer in 3 s') as string })
    } finally {
      silent.close()
    }
  })

  test('is downloaded where its mirror answers', async () => {
    await installPackage({ dist: '0.0.0' })
    await writeFile(
      join(folder, 'install.js'),
      "require('node:fs').writeFileSync(require('node:path').join(__dirname, 'dist/version'), '1.2.3')",
    )
    const mirror = createServer((socket) =>
      socket.resume().end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
    )
    await new Promise<void>((done) => mirror.listen(0, '127.0.0.1', done))
    try {
      const ELECTRON_MIRROR = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/`
      expect(await obtainElectron({ ...display(), ELECTRON_MIRROR }, folder)).toEqual({
        binary: join(folder, 'dist/electron'),
      })
    } finally {
      mirror.close()
    }
  })

  const notBuilt = isBuilt() ? '' : ' (skipped: not built)'
  describe.skipIf(notBuilt !== '')(`started${notBuilt}`, () => {
    const ended = async (child: ChildProcess) => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    }

    test('gets signals, gives its exit code, and says that root has no sandbox', async () => {
      await installPackage()
      const called = join(folder, 'called.json')
      const { child, words, closed } = start('start.mjs', [], {
        ...display(),
        ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'dist'),
        CALLED: called,
      })
      try {
        let args: string[] | undefined
        while (args === undefined) {
          args = await readFile(called, 'utf8').then(
            (text) => JSON.parse(text) as string[],
            () => undefined,
          )
          if (child.exitCode !== null) throw new Error(words.error)
        }
        child.kill('SIGTERM')
        expect(await closed).toEqual([7, null])
        const isRoot = process.getuid?.() === 0
        expect(args.includes('--no-sandbox')).toBe(isRoot)
        expect(words.error.includes('--no-sandbox')).toBe(isRoot)
      } finally {
        await ended(child)
      }
    })

    test('otherwise the web host, with the reason in one line, until Ctrl-C', async () => {
      const { child, words, closed } = start('start.mjs', ['--no-open'], {
        WAYLAND_DISPLAY: '',
        DISPLAY: '',
      })
      try {
        while (!words.out.includes('Ctrl-C')) {
          await new Promise((next) => setTimeout(next, 20))
          if (child.exitCode !== null) throw new Error(words.error)
        }
        expect(words.error).toBe(
          'The desktop app cannot start because there is no display: using the browser.\n',
        )
        expect(words.out).toMatch(
          /^Interleave is at http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{64}\n/,
        )
        child.kill('SIGINT')
        expect(await closed).toEqual([0, null])
      } finally {
        await ended(child)
      }
    })
  })
})
