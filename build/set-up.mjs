/** What a fresh clone lacks: the dependencies, and the built program. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const say = (sentence) => process.stderr.write(`${sentence}\n`)

const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Whether what npm says it installed is what package-lock.json names. Packages for other systems
 * are optional and may be missing.
 */
export function isInstalled(folder = root) {
  const wanted = readJson(join(folder, 'package-lock.json'))
  const installed = readJson(join(folder, 'node_modules/.package-lock.json'))
  if (wanted === undefined || installed === undefined) return false
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (path === '') return true
    const present = installed.packages[path]
    return present === undefined ? entry.optional === true : present.version === entry.version
  })
}

/** @returns {boolean} false when npm failed; it has said why. */
function install() {
  say('Installing dependencies (npm ci); this takes about a minute.')
  // No package of ours needs its install script; Electron's binary is fetched on its own.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund']
  const npm = process.env.npm_execpath
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const result =
    npm !== undefined && /npm-cli\.c?js$/.test(npm)
      ? spawnSync(process.execPath, [npm, ...args, '--loglevel=error'], options)
      : spawnSync('npm', [...args, '--loglevel=error'], {
          ...options,
          shell: process.platform === 'win32',
        })
  if (result.status === 0 && isInstalled()) return true
  say('The dependencies could not be installed: see npm’s words above, then try again.')
  return false
}

const SOURCES = [
  'main',
  'preload',
  'renderer',
  'electron.config.ts',
  'svelte.config.js',
  'package-lock.json',
]

function* filesUnder(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) yield* filesUnder(inner)
    else if (entry.isFile()) yield inner
  }
}

/** A hash of all that the build reads: by content, because a checkout changes every date. */
function sourceStamp() {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const path = join(root, source)
    if (!existsSync(path)) continue
    const files = /\.\w+$/.test(source) ? [path] : [...filesUnder(path)].sort()
    for (const file of files) {
      const bytes = readFileSync(file)
      hash.update(`${relative(root, file)}\0${bytes.length}\0`).update(bytes)
    }
  }
  return hash.digest('hex')
}

const stampFile = join(root, 'out/.built-from')

/** @returns {boolean} */
export function isBuilt() {
  try {
    return readFileSync(stampFile, 'utf8') === sourceStamp()
  } catch {
    return false
  }
}

/** @returns {{ ok: boolean, output: string }} */
export function build() {
  const stamp = sourceStamp()
  // Old chunks would be shipped, and a stamp beside half a build would be believed.
  for (const part of ['main', 'preload', 'renderer', '.built-from'])
    rmSync(join(root, 'out', part), { recursive: true, force: true })
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/electron-vite/bin/electron-vite.js'),
      ...['build', '-c', 'electron.config.ts'],
    ],
    { cwd: root, encoding: 'utf8' },
  )
  const ok = result.status === 0
  if (ok) {
    mkdirSync(join(root, 'out'), { recursive: true })
    writeFileSync(stampFile, stamp)
  }
  return { ok, output: `${result.stdout ?? ''}${result.stderr ?? ''}` }
}

/**
 * Installs and builds what is missing or out of date.
 *
 * @returns {boolean} false when that failed; why has been said on stderr.
 */
export function setUp({ built = true } = {}) {
  if (!isInstalled() && !install()) return false
  if (!built || isBuilt()) return true
  say('Building.')
  const { ok, output } = build()
  if (!ok) say(`${output}\nThe build failed: see above.`)
  return ok
}
