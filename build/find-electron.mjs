/**
 * Electron's binary and a display, without importing `electron`: in plain Node that import starts
 * a blocking download.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const PROBE_TIMEOUT_MS = 3_000
const DOWNLOAD_TIMEOUT_MS = 300_000

const executableName =
  { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ??
  'electron'

const executable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    return undefined
  }
}

const read = (path) => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

const packageFolder = () => {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined
  }
}

/** @returns {string | undefined} the binary's path, when it is the version package.json asks for */
export function findElectron(env = process.env, folder = packageFolder()) {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH
  if (override !== undefined && override !== '') return executable(join(override, executableName))
  if (folder === undefined) return undefined
  const wanted = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  const present = read(join(folder, 'dist/version'))?.replace(/^v/, '')
  if (present !== wanted) return undefined
  return executable(join(folder, 'dist', read(join(folder, 'path.txt')) ?? executableName))
}

/** Whether a window could be shown. */
export function hasDisplay(env = process.env) {
  if (process.platform !== 'linux') return true
  const { WAYLAND_DISPLAY, XDG_RUNTIME_DIR, DISPLAY } = env
  if (WAYLAND_DISPLAY && existsSync(join(XDG_RUNTIME_DIR ?? '', WAYLAND_DISPLAY))) return true
  if (!DISPLAY) return false
  const local = /^(?:unix)?:(\d+)/.exec(DISPLAY)
  // `host:0` is a display of another machine: there is no socket to look at.
  return local === null || existsSync(`/tmp/.X11-unix/X${local[1]}`)
}

const MIRROR_VARIABLES = [
  'npm_config_electron_mirror',
  'NPM_CONFIG_ELECTRON_MIRROR',
  'npm_package_config_electron_mirror',
  'ELECTRON_MIRROR',
]

/** @returns {Promise<string | undefined>} why the mirror cannot be reached, if so */
async function unreachable(env) {
  // Behind a proxy only the installer knows the way.
  if (env.ELECTRON_GET_USE_PROXY) return undefined
  const mirror =
    MIRROR_VARIABLES.map((name) => env[name]).find((value) => value) ??
    'https://github.com/electron/electron/releases/download/'
  try {
    await fetch(mirror, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    })
    return undefined
  } catch (error) {
    const host = URL.canParse(mirror) ? new URL(mirror).host : mirror
    const reason = error.name === 'TimeoutError' ? 'no answer in 3 s' : error.cause?.code
    return `${host} cannot be reached${reason === undefined ? '' : ` (${reason})`}`
  }
}

/**
 * Finds the binary, or downloads it when its mirror answers.
 *
 * @returns {Promise<{ binary: string } | { why: string }>}
 */
export async function obtainElectron(env = process.env, folder = packageFolder()) {
  if (!hasDisplay(env)) return { why: 'there is no display' }
  const present = findElectron(env, folder)
  if (present !== undefined) return { binary: present }
  if (env.ELECTRON_OVERRIDE_DIST_PATH)
    return {
      why: `ELECTRON_OVERRIDE_DIST_PATH names ${env.ELECTRON_OVERRIDE_DIST_PATH}, which holds no Electron`,
    }
  if (folder === undefined) return { why: 'the package electron is not installed' }
  const obstacle = await unreachable(env)
  if (obstacle !== undefined) return { why: `Electron is not installed and ${obstacle}` }
  process.stderr.write('Downloading Electron.\n')
  spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: ['ignore', 2, 2],
    timeout: DOWNLOAD_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  const binary = findElectron(env, folder)
  return binary === undefined ? { why: 'Electron could not be downloaded' } : { binary }
}
