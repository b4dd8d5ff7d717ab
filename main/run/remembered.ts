import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from './replace-file.ts'

const VERSION = 1
const LARGEST_FILE = 1024 * 1024

/**
 * A short list of texts in a file of JSON, newest last. A file that is damaged, too large or of a
 * newer version counts as empty; what cannot be written is remembered for as long as this lives.
 */
export class Remembered {
  readonly #path: string
  readonly #isEntry: (entry: string) => boolean
  readonly #most: number
  readonly #unwritten = new Set<string>()
  #writing: Promise<void> = Promise.resolve()

  /** @param most so many are kept, the newest */
  constructor(path: string, isEntry: (entry: string) => boolean, most: number) {
    this.#path = path
    this.#isEntry = isEntry
    this.#most = most
  }

  async entries(): Promise<readonly string[]> {
    const unwritten = [...this.#unwritten]
    const written = (await this.#read()).filter((entry) => !this.#unwritten.has(entry))
    return [...written, ...unwritten]
  }

  /** One write after the other: each takes with it whatever has been added meanwhile. */
  add(entry: string): Promise<void> {
    this.#unwritten.add(entry)
    this.#writing = this.#writing.then(() =>
      this.#unwritten.has(entry) ? this.#write() : undefined,
    )
    return this.#writing
  }

  /** Forgets the entries; one that is not in the file stays as it is. */
  async remove(entries: readonly string[]): Promise<void> {
    if (entries.length === 0) return
    for (const entry of entries) this.#unwritten.delete(entry)
    this.#writing = this.#writing.then(() => this.#write(new Set(entries)))
    await this.#writing
  }

  async #write(without: ReadonlySet<string> = new Set()): Promise<void> {
    const all = (await this.entries()).filter((entry) => !without.has(entry))
    const entries = all.slice(-this.#most)
    const text = `${JSON.stringify({ version: VERSION, entries }, undefined, 2)}\n`
    try {
      await mkdir(dirname(this.#path), { recursive: true })
      await replaceFile(this.#path, Buffer.from(text))
      for (const each of all) this.#unwritten.delete(each)
    } catch {
      // A full or read-only disk: nobody is kept from working by it.
    }
  }

  async #read(): Promise<readonly string[]> {
    try {
      if ((await stat(this.#path)).size > LARGEST_FILE) return []
      const content: unknown = JSON.parse(await readFile(this.#path, 'utf8'))
      if (typeof content !== 'object' || content === null) return []
      const { version, entries } = content as Readonly<Record<string, unknown>>
      if (version !== VERSION || !Array.isArray(entries)) return []
      return entries
        .filter((entry): entry is string => typeof entry === 'string' && this.#isEntry(entry))
        .slice(-this.#most)
    } catch {
      return []
    }
  }
}
