/** The interpreters that a service offers: found once, checked each time, added by hand. */
import { stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { askInterpreter, type FoundInterpreter } from '../python/discovery/ask.ts'
import { discover, newestFirst } from '../python/discovery/discover.ts'
import type { CPythonEngine, Interpreter } from './contract.ts'
import { givenPath } from './given-path.ts'
import { Remembered } from './remembered.ts'
import type { AddInterpreterOptions } from './service.ts'

const BY_HAND = 'added by hand'
const MOST_BY_HAND = 50

export interface InterpretersOptions {
  /** Folder in which those added by hand are remembered. */
  readonly data: string
  readonly discover?: typeof discover
  readonly ask?: typeof askInterpreter
}

interface Known {
  readonly found: FoundInterpreter
  /** Of its file when it was asked; undefined: it was not there. */
  readonly stamp: string | undefined
}

export class Interpreters {
  readonly #byHand: Remembered
  readonly #discover: typeof discover
  readonly #ask: typeof askInterpreter
  readonly #closing = new AbortController()
  #found: Promise<readonly Known[]> | undefined

  constructor({ data, discover: find = discover, ask = askInterpreter }: InterpretersOptions) {
    this.#byHand = new Remembered(join(data, 'interpreters.json'), isAbsolute, MOST_BY_HAND)
    this.#discover = find
    this.#ask = ask
  }

  /**
   * Newest first. They are looked for once, and again when asked to. One whose file has gone since
   * stays in the list and says so until the next scan, which forgets it; one whose file is another
   * now is asked again.
   */
  async list(options: { readonly rescan?: boolean } = {}): Promise<readonly Interpreter[]> {
    if (options.rescan === true) {
      await this.#forgetGone()
      this.#found = undefined
    }
    const found = this.#known()
    const now = await Promise.all((await found).map((known) => this.#renewed(known)))
    // Unless another scan has begun meanwhile.
    if (this.#found === found) this.#found = Promise.resolve(now.map(({ known }) => known))
    return now.map(({ interpreter }) => interpreter)
  }

  /** By its path, or that of its environment's folder. What it says instead of an answer is told. */
  async add(
    given: string,
    { only = false }: AddInterpreterOptions = {},
  ): Promise<Result<Interpreter, Refusal>> {
    const path = givenPath(given)
    if (!path.ok) return path
    const file = await executableAt(path.value)
    if (file === undefined)
      return failure(noInterpreter(path.value, 'There is no such file that can be run.'))
    // Asking starts it: what is called otherwise is not even tried.
    if (!/py/i.test(basename(file)))
      return failure(noInterpreter(file, 'No Python has such a name.'))
    const asked = await this.#ask({ path: file, foundBy: BY_HAND }, this.#asking)
    if (!asked.ok) return failure(noInterpreter(file, asked.failure))
    const { interpreter, identity } = asked.value
    if (interpreter.unusable !== undefined)
      return failure(refusal('environment', `${file} cannot be used.`, interpreter.unusable))
    if (only) {
      this.#found = Promise.resolve([await stamped(asked.value)])
      return success(interpreter)
    }
    const listed = await this.list()
    const known = (await this.#known()).find(({ found }) => found.identity === identity)
    const same = listed.find(({ path }) => path === known?.found.interpreter.path)
    if (same !== undefined && same.unusable === undefined) return success(same)
    await this.#byHand.add(interpreter.path)
    const added = await stamped(asked.value)
    // Not awaited before it is replaced: another may be added meanwhile.
    this.#found = this.#known().then((all) => inPlace(all, added))
    return success(interpreter)
  }

  /** Before something is started with it: it is listed, there, and can do what is asked of it. */
  async check(engine: CPythonEngine): Promise<Result<Interpreter, Refusal>> {
    const listed = await this.list()
    const found = listed.find(({ path }) => path === engine.path)
    if (found === undefined)
      return failure(
        refusal(
          'usage',
          `${JSON.stringify(engine.path)} is none of the interpreters of this machine.`,
          listed.length === 0
            ? 'Install CPython 3.8 or newer, or add an interpreter by its path.'
            : 'Choose one of the list, or add it.',
        ),
      )
    const name = `${found.implementation} ${found.version} (${found.path})`
    if (found.unusable !== undefined)
      return failure(refusal('environment', `${name} cannot be used.`, found.unusable))
    const { startMethod, gil } = engine
    if (startMethod !== undefined && !found.startMethods.includes(startMethod))
      return failure(
        refusal(
          'usage',
          `${name} has no start method ${startMethod}.`,
          `Choose one of: ${found.startMethods.join(', ')}.`,
        ),
      )
    if (gil === false && !found.freeThreaded)
      return failure(
        refusal('usage', `${name} has a GIL that cannot be off.`, 'Choose a free-threaded build.'),
      )
    return success(found)
  }

  /** What is just being asked is killed: one that hangs must not stay. Later ones are not asked. */
  async dispose(): Promise<void> {
    this.#closing.abort()
    await this.#found?.catch(() => undefined)
  }

  get #asking(): { readonly signal: AbortSignal } {
    return { signal: this.#closing.signal }
  }

  #known(): Promise<readonly Known[]> {
    this.#found ??= this.#scan()
    return this.#found
  }

  /** Those that were added by hand and are not there any more. */
  async #forgetGone(): Promise<void> {
    const paths = await this.#byHand.entries()
    const stamps = await Promise.all(paths.map(stampOf))
    await this.#byHand.remove(paths.filter((_, index) => stamps[index] === undefined))
  }

  async #scan(): Promise<readonly Known[]> {
    const paths = await this.#byHand.entries()
    const also = paths.map((path) => ({ path, foundBy: BY_HAND }))
    const found = await this.#discover({ also, ...this.#asking })
    const silent = paths
      .filter((path) => !found.some(({ interpreter }) => interpreter.path === path))
      .map(silentOne)
    return Promise.all([...found, ...silent].map(stamped))
  }

  async #renewed(
    known: Known,
  ): Promise<{ readonly known: Known; readonly interpreter: Interpreter }> {
    const { interpreter } = known.found
    const stamp = await stampOf(interpreter.path)
    if (stamp === known.stamp) return { known, interpreter }
    if (stamp === undefined) return { known, interpreter: { ...interpreter, unusable: GONE } }
    const asked = await this.#ask(interpreter, this.#asking)
    const found = asked.ok
      ? asked.value
      : { ...known.found, interpreter: { ...interpreter, unusable: asked.failure } }
    return { known: { found, stamp }, interpreter: found.interpreter }
  }
}

/** In the order of newestFirst, instead of what had its path. */
function inPlace(all: readonly Known[], added: Known): readonly Known[] {
  const { path } = added.found.interpreter
  const kept = [...all.filter(({ found }) => found.interpreter.path !== path), added]
  const order = newestFirst(kept.map(({ found }) => found))
  return kept.sort((one, other) => order.indexOf(one.found) - order.indexOf(other.found))
}

const GONE = 'It is no longer there: install it again, or look for interpreters again.'

/** One that was added by hand in an earlier session and gives no answer now. */
const silentOne = (path: string): FoundInterpreter => ({
  interpreter: {
    path,
    implementation: 'Python',
    version: '',
    freeThreaded: false,
    gil: true,
    startMethods: [],
    defaultStartMethod: '',
    foundBy: BY_HAND,
    unusable: 'It no longer answers: install it again, or add another.',
  },
  version: { major: 0, minor: 0, micro: 0, level: 'final', serial: 0 },
  identity: path,
})

const noInterpreter = (path: string, why: string): Refusal =>
  refusal('environment', `${path} is no interpreter of Python. ${why}`, 'Choose another file.')

async function stamped(found: FoundInterpreter): Promise<Known> {
  return { found, stamp: await stampOf(found.interpreter.path) }
}

/** Changes whenever the file does. */
const stampOf = (path: string): Promise<string | undefined> =>
  stat(path, { bigint: true }).then(
    ({ dev, ino, size, mtimeNs }) => `${dev}:${ino}:${size}:${mtimeNs}`,
    () => undefined,
  )

/** The file, or the interpreter of the environment whose folder it is. */
async function executableAt(path: string): Promise<string | undefined> {
  const inFolder =
    process.platform === 'win32'
      ? ['python.exe', join('Scripts', 'python.exe')]
      : [join('bin', 'python3'), join('bin', 'python')]
  for (const file of [path, ...inFolder.map((name) => join(path, name))]) {
    const isFile = await stat(file).then(
      (entry) => entry.isFile(),
      () => false,
    )
    if (isFile) return file
  }
  return undefined
}
