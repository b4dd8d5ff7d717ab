/** Builds the test's app (app/), from sources that may be broken on purpose, and starts it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { build, type InlineConfig, type Plugin } from 'vite'
import type { RunRequest } from '../../main/run/contract.ts'
import { launch, type LaunchOptions, type StandinApplication } from '../electron-standin/launch.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const APP = join(import.meta.dirname, 'app')

/** A change to a source, by its path from the project's root. It must change something. */
export interface Change {
  readonly file: string
  readonly from: string
  readonly to: string
}

function changing(changes: readonly Change[], applied: Set<Change>): Plugin {
  return {
    name: 'broken-on-purpose',
    enforce: 'pre',
    transform(code, id) {
      const file = relative(ROOT, id).replaceAll('\\', '/')
      let changed = code
      for (const change of changes.filter((candidate) => candidate.file === file)) {
        if (!changed.includes(change.from)) throw new Error(`not in ${file}: ${change.from}`)
        changed = changed.replace(change.from, change.to)
        applied.add(change)
      }
      return changed === code ? undefined : { code: changed, map: null }
    },
  }
}

/** @returns the folder it was built into; whoever asked for it removes it. */
export async function buildTestApp(changes: readonly Change[] = []): Promise<string> {
  const applied = new Set<Change>()
  const folder = mkdtempSync(join(tmpdir(), 'interleave-shell-'))
  const config = (output: string, input: Record<string, string>): InlineConfig => ({
    configFile: false,
    logLevel: 'silent',
    root: APP,
    base: './',
    plugins: [changing(changes, applied)],
    build: {
      target: 'node20',
      minify: false,
      outDir: join(folder, output),
      rolldownOptions: { input, external: ['electron'] },
    },
  })
  const main = config('main', {
    index: join(APP, 'index.ts'),
    runner: join(APP, 'runner.ts'),
    child: join(APP, 'child.ts'),
  })
  await build({
    ...main,
    ssr: { noExternal: true },
    build: {
      ...main.build,
      ssr: true,
      rolldownOptions: {
        ...main.build?.rolldownOptions,
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name].mjs' },
      },
    },
  })
  const preload = config('preload', { index: join(ROOT, 'preload/index.ts') })
  await build({
    ...preload,
    build: {
      ...preload.build,
      ssr: true,
      rolldownOptions: {
        ...preload.build?.rolldownOptions,
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  })
  const page = config('renderer', { index: join(APP, 'index.html') })
  await build({ ...page, build: { ...page.build, target: 'esnext', modulePreload: false } })
  const missed = changes.find((change) => !applied.has(change))
  if (missed !== undefined) throw new Error(`${missed.file} is not part of the app`)
  return folder
}

export interface StartedApp {
  readonly app: StandinApplication
  readonly page: Page
}

export async function startTestApp(
  folder: string,
  options: Omit<LaunchOptions, 'args'> = {},
  ...rest: readonly string[]
): Promise<StartedApp> {
  const app = await launch({ ...options, args: [join(folder, 'main/index.mjs'), ...rest] })
  return { app, page: await app.firstWindow() }
}

/** Builds, starts, uses and removes an app that is broken on purpose. */
export async function withBrokenApp<Value>(
  changes: readonly Change[],
  use: (started: StartedApp) => Promise<Value>,
  options: Omit<LaunchOptions, 'args'> = {},
): Promise<Value> {
  const folder = await buildTestApp(changes)
  try {
    const started = await startTestApp(folder, options)
    try {
      return await use(started)
    } finally {
      await started.app.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const filesIn = (folder: string): string[] => readdirSync(folder)

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Runs the first demo of the catalogue with its defaults. @returns the run's id */
export const startRun = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const [demo] = (await host.catalogue()).demos
    if (demo === undefined) throw new Error('no demo')
    const parameters = Object.fromEntries(
      demo.parameters.map(({ id, default: value }) => [id, value]),
    )
    const request: RunRequest = {
      ...{ demo: demo.id, variant: demo.defaultVariant, parameters },
      ...{ repeats: 1, baseline: false },
    }
    const started = await host.start(request)
    if (!started.ok) throw new Error(started.failure.message)
    return started.value.id
  })
