/** The folder of the user's own demos: what is in it, loaded when it has changed. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../../core/result.ts'
import { givenPath } from '../given-path.ts'
import { isOwn, OWN_PREFIX, type BrokenDemo, type OwnDemos as Answer } from '../own-contract.ts'
import type { ProcessLauncher } from '../process.ts'
import { Remembered } from '../remembered.ts'
import { chooseOwnFolder, makeOwnFolder, removeScratchNow } from '../scratch.ts'
import type { Broken } from './fault.ts'
import type { Loaded, LoadTask } from './loaded.ts'
import { loadDemo } from './load-demo.ts'
import { areUnchanged } from './seen-files.ts'

/** Its name says that a file is meant to be a demo; files that it imports are named otherwise. */
const DEMO_FILE = /^(.+)[.]demo[.](ts|mts|js|mjs)$/
const MOST_DEMOS = 100
/** Loaders at once. */
const LOADERS = 2

export type LoadedDemo = Extract<Loaded, { type: 'demo' }>

export interface OwnDemosOptions {
  readonly launcher: ProcessLauncher
  /** Folder in which the user's folder is remembered. */
  readonly data: string
  /** Folder for temporary files. */
  readonly temporary: string
}

export class OwnDemos {
  readonly #options: OwnDemosOptions
  readonly #remembered: Remembered
  /** By path. */
  readonly #kept = new Map<string, Loaded>()
  /** Of modules: they stay until this is disposed, because a run may go on with the former ones. */
  readonly #folders: string[] = []
  readonly #stopping = new AbortController()
  #looking: Promise<Answer> | undefined

  constructor(options: OwnDemosOptions) {
    this.#options = options
    this.#remembered = new Remembered(join(options.data, 'demos.json'), (entry) => entry !== '', 1)
  }

  /**
   * As the folder is now: only what has changed is loaded again. Who asks meanwhile gets the same.
   * @param isMeasuring a run goes on: nothing is loaded, what is known is told.
   */
  look(isMeasuring = false): Promise<Answer> {
    if (isMeasuring) return this.#look(false)
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  /** As it was loaded last, if it was: nothing is loaded for it. */
  known(id: string): LoadedDemo | undefined {
    const demos = [...this.#kept.values()].filter((loaded) => loaded.type === 'demo')
    return demos.find(({ data }) => data.manifest.id === id)
  }

  /** From now on this folder. @returns what is in it */
  async use(given: unknown): Promise<Result<Answer, Refusal>> {
    const path = givenPath(given)
    if (!path.ok) return path
    const isFolder = await stat(path.value).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    if (!isFolder)
      return failure(
        refusal('usage', `There is no folder ${path.value}.`, 'Choose the folder of your demos.'),
      )
    await this.#looking
    await this.forget()
    await this.#remembered.add(path.value)
    return success(await this.look())
  }

  async forget(): Promise<void> {
    await this.#remembered.remove(await this.#remembered.entries())
    this.#kept.clear()
  }

  /** By its id, as its files are now; undefined: it is not the name of one. */
  async find(id: unknown): Promise<Result<LoadedDemo, Refusal> | undefined> {
    if (typeof id !== 'string' || !isOwn(id)) return undefined
    const folder = await this.#folder()
    const names = await demoFiles(folder)
    if (folder !== '' && !names.ok) return names
    const name = names.ok ? names.value.find((each) => idOf(each) === id) : undefined
    if (name === undefined) return failure(missing(id, folder))
    const path = join(folder, name)
    // What is looked for already is not loaded twice; of the others nobody waits for any.
    if (!this.#kept.has(path)) await this.#looking
    await this.#loadIfChanged(folder, path)
    const loaded = this.#kept.get(path)
    if (loaded?.type === 'demo') return success(loaded)
    return failure(loaded === undefined ? missing(id, folder) : refusalOf(name, loaded.broken))
  }

  dispose(): void {
    this.#stopping.abort()
    for (const folder of this.#folders) removeScratchNow(folder)
  }

  async #look(loads = true): Promise<Answer> {
    const folder = await this.#folder()
    if (folder === '') return { folder, demos: [], broken: [] }
    const names = await demoFiles(folder)
    if (!names.ok) return { folder, demos: [], broken: [], failure: names.failure }
    const paths = names.value.map((name) => join(folder, name))
    for (const path of this.#kept.keys()) if (!paths.includes(path)) this.#kept.delete(path)
    if (loads) await this.#loadAll(folder, paths)
    const found = paths.flatMap((path) => this.#kept.get(path) ?? [])
    return {
      folder,
      demos: found
        .flatMap((loaded) => (loaded.type === 'demo' ? [loaded.data.manifest] : []))
        .sort((one, other) => one.title.localeCompare(other.title)),
      broken: paths.flatMap((path): BrokenDemo[] => {
        const loaded = this.#kept.get(path)
        return loaded?.type === 'broken' ? [{ demo: basename(path), ...loaded.broken }] : []
      }),
    }
  }

  /** '': none was named. */
  async #folder(): Promise<string> {
    return (await this.#remembered.entries()).at(-1) ?? ''
  }

  async #loadAll(folder: string, paths: readonly string[]): Promise<void> {
    const waiting = [...paths]
    const worker = async () => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
        await this.#loadIfChanged(folder, path)
    }
    await Promise.all(Array.from({ length: LOADERS }, worker))
  }

  async #loadIfChanged(folder: string, path: string): Promise<void> {
    const kept = this.#kept.get(path)
    if (kept !== undefined && (await areUnchanged(kept.files))) return
    const { launcher, temporary } = this.#options
    const out = chooseOwnFolder(temporary)
    const made = await makeOwnFolder(out)
    if (!made.ok) {
      const broken = { file: basename(path), line: 0, ...made.failure, detail: '' }
      // No file is like this: it is tried again.
      this.#kept.set(path, { type: 'broken', broken, files: { [path]: '' } })
      return
    }
    this.#folders.push(out)
    if (this.#stopping.signal.aborted) return removeScratchNow(out)
    const task: LoadTask = { id: idOf(path), path, folder, out }
    this.#kept.set(path, await loadDemo(launcher, task, this.#stopping.signal))
  }
}

const missing = (id: string, folder: string): Refusal =>
  folder === ''
    ? refusal('usage', `There is no demo ${id}: no folder of demos is named.`, 'Name yours.')
    : refusal('usage', `There is no demo ${id} in ${folder}.`, 'Look at what is in the folder.')

const refusalOf = (name: string, { file, line, message, remedy }: Broken): Refusal =>
  refusal('usage', `${name} is broken. ${file}${line > 0 ? `:${line}` : ''}: ${message}`, remedy)

/** `tills.demo.ts`: `own-tills`. */
const idOf = (path: string): string =>
  OWN_PREFIX + (DEMO_FILE.exec(basename(path))?.[1] ?? '').replaceAll(/[^A-Za-z0-9_-]/g, '-')

async function demoFiles(folder: string): Promise<Result<readonly string[], Refusal>> {
  try {
    const names = (await readdir(folder)).filter((name) => DEMO_FILE.test(name)).sort()
    const seen = new Set<string>()
    const different = names.filter((name) => !seen.has(idOf(name)) && seen.add(idOf(name)))
    if (names.length <= MOST_DEMOS) return success(different)
    return failure(
      refusal(
        'environment',
        `${folder} holds ${names.length} demos.`,
        `Keep at most ${MOST_DEMOS} in one folder.`,
      ),
    )
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const message =
      code === 'ENOENT'
        ? `There is no folder ${folder} any more.`
        : `${folder} cannot be read (${code}).`
    return failure(refusal('environment', message, 'Choose another folder.'))
  }
}
