/**
 * A real Chromium for the tests, wherever the machine has one. Order: the INTERLEAVE_CHROMIUM
 * environment variable, a Chromium or Chrome of the system, the one in the @sparticuz/chromium
 * package (Linux x64), Playwright's own download.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, constants, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Browser, type LaunchOptions } from 'playwright-core'

export interface FoundBrowser {
  readonly executablePath: string
  /** Arguments that this machine needs, on top of Playwright's. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Where it was found, in words. */
  readonly from: string
}

const run = promisify(execFile)

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const firstExecutable = async (paths: readonly string[]): Promise<string | undefined> => {
  for (const path of paths) if (await isExecutable(path)) return path
  return undefined
}

function systemPaths(): string[] {
  if (process.platform === 'darwin')
    return [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ]
  if (process.platform === 'win32')
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe'))
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return names.flatMap((name) => folders.map((folder) => join(folder, name)))
}

const hasNss = async (): Promise<boolean> => {
  const listing = await run('/sbin/ldconfig', ['-p']).catch(() => ({ stdout: '' }))
  return listing.stdout.includes('libnss3.so')
}

/**
 * The package unpacks itself into the temporary folder and takes a half-written file for a whole
 * one. So it is unpacked by a process whose temporary folder is a fresh one, which is then renamed
 * into place in one step: several test runs can do this at once.
 */
async function packagedBrowser(): Promise<FoundBrowser | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const require = createRequire(import.meta.url)
  const entry = require.resolve('@sparticuz/chromium')
  const manifest: unknown = JSON.parse(await readFile(join(entry, '../../../package.json'), 'utf8'))
  const version = (manifest as { version: string }).version
  const cache = join(entry, '../../../../../.cache/interleave')
  const folder = join(cache, `chromium-${version}`)
  if (!(await isExecutable(join(folder, 'chromium')))) {
    await mkdir(cache, { recursive: true })
    const fresh = await mkdtemp(join(cache, 'unpacking-'))
    const script = `require(${JSON.stringify(entry)}).executablePath().catch((error) => { console.error(error); process.exit(1) })`
    try {
      await run(process.execPath, ['-e', script], {
        // AWS_EXECUTION_ENV makes the package unpack its own copy of NSS as well.
        env: { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
        timeout: 120_000,
      })
      // Fails when another run was faster: then its folder is used.
      await rename(fresh, folder).catch(() => undefined)
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  }
  const executablePath = join(folder, 'chromium')
  if (!(await isExecutable(executablePath))) return undefined
  const ownLibraries = !(await hasNss())
  return {
    executablePath,
    args: [],
    env: {
      ...(ownLibraries && { LD_LIBRARY_PATH: join(folder, 'al2023/lib') }),
      // A machine without fontconfig has no fonts either.
      ...(!existsSync('/etc/fonts') && { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
    from: `@sparticuz/chromium ${version}${ownLibraries ? ' with its own NSS libraries' : ''}`,
  }
}

async function search(): Promise<FoundBrowser> {
  const named = process.env['INTERLEAVE_CHROMIUM']
  if (named !== undefined && named !== '') {
    if (!(await isExecutable(named)))
      throw new Error(`INTERLEAVE_CHROMIUM names ${named}, which is not an executable file.`)
    return { executablePath: named, args: [], env: {}, from: 'INTERLEAVE_CHROMIUM' }
  }
  const installed = await firstExecutable(systemPaths())
  if (installed !== undefined)
    return { executablePath: installed, args: [], env: {}, from: `the system: ${installed}` }
  const packaged = await packagedBrowser()
  if (packaged !== undefined) return packaged
  const downloaded = chromium.executablePath()
  if (await isExecutable(downloaded))
    return { executablePath: downloaded, args: [], env: {}, from: 'the download of Playwright' }
  throw new Error(
    'No Chromium was found. Install Chromium or Chrome, or name one in INTERLEAVE_CHROMIUM.',
  )
}

/** Chromium refuses its sandbox to root. */
const forThisUser = (browser: FoundBrowser): FoundBrowser => ({
  ...browser,
  args: process.getuid?.() === 0 ? [...browser.args, '--no-sandbox'] : browser.args,
})

/** The one that draws the same on every machine, where it runs. */
export async function findPackagedBrowser(): Promise<FoundBrowser | undefined> {
  const browser = await packagedBrowser()
  return browser && forThisUser(browser)
}

let found: Promise<FoundBrowser> | undefined

/** @throws Error when the machine has no Chromium; says what to do. */
export function findBrowser(): Promise<FoundBrowser> {
  found ??= search().then(forThisUser)
  return found
}

/** A headless Chromium. `args` come after those the machine needs. Whoever launches it, closes it. */
export async function launchBrowser(
  args: readonly string[] = [],
  options: LaunchOptions = {},
): Promise<Browser> {
  return launchFound(await findBrowser(), args, options)
}

/** The same for one that was found. */
export function launchFound(
  browser: FoundBrowser,
  args: readonly string[] = [],
  options: LaunchOptions = {},
): Promise<Browser> {
  return chromium.launch({
    ...options,
    executablePath: browser.executablePath,
    args: [...browser.args, ...args],
    env: { ...process.env, ...browser.env },
  })
}
