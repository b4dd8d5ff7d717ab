/**
 * The words of shared memory that threads of a model use, numbered in the order in which they are
 * first touched, so that a state is a short list of numbers. What they hold at the beginning is
 * read from the real memory, which stays as the program's setting up left it.
 *
 * A word is constant until somebody is seen to change it. Loads of a constant are no scheduling
 * points. When one turns out not to be, what was explored so far is void: `generation` tells.
 */
import { RealInt32Array, RealSharedArrayBuffer, RealUint8Array } from './real.ts'

const CONTROL = 'control'

interface Region {
  readonly buffer: SharedArrayBuffer
  readonly name: string
  readonly labels: readonly string[]
  /** Word in the region to word of the model. */
  readonly numbers: Map<number, number>
}

interface Word {
  readonly name: string
  readonly initial: number
}

export class Memory {
  readonly #regions = new Map<ArrayBufferLike, Region>()
  readonly #words: Word[] = []
  readonly #changing = new Set<number>()
  readonly #allocated = new Map<string, SharedArrayBuffer>()
  readonly #before = new Map<SharedArrayBuffer, Uint8Array>()

  constructor(control: SharedArrayBuffer, names: readonly string[]) {
    this.name(control, CONTROL, names)
  }

  /** How the schedule calls the words of a buffer. */
  name(buffer: SharedArrayBuffer, name: string, labels: readonly string[] = []): void {
    this.#regions.set(buffer, { buffer, name, labels, numbers: new Map() })
    this.#before.set(buffer, new RealUint8Array(buffer).slice())
  }

  /** The number of a word, by its place in a buffer. */
  wordAt(buffer: SharedArrayBuffer, index: number): number {
    const region = this.#region(buffer)
    const known = region.numbers.get(index)
    if (known !== undefined) return known
    const number = this.#words.length
    const name = `${region.name}.${region.labels[index] ?? index}`
    this.#words.push({ name, initial: new RealInt32Array(buffer)[index]! })
    region.numbers.set(index, number)
    return number
  }

  /** Memory that a body allocates: the same whenever it runs. */
  allocate(key: string, bytes: number): SharedArrayBuffer {
    let buffer = this.#allocated.get(key)
    if (buffer === undefined) {
      buffer = new RealSharedArrayBuffer(bytes)
      this.#allocated.set(key, buffer)
    }
    return buffer
  }

  /** How many words are known to change. */
  get generation(): number {
    return this.#changing.size
  }

  /** The constant's value; undefined: the word changes. */
  constantAt(word: number): number | undefined {
    return this.#changing.has(word) ? undefined : this.#words[word]!.initial
  }

  isControl(word: number): boolean {
    return this.nameOf(word).startsWith(`${CONTROL}.`)
  }

  nameOf(word: number): string {
    return this.#words[word]!.name
  }

  /** @param words of a state; a word that was first touched after it holds what it began with. */
  valueIn(words: readonly number[], word: number): number {
    return words[word] ?? this.#words[word]!.initial
  }

  /** The words after one was changed. */
  with(words: readonly number[], word: number, value: number): number[] {
    this.#changing.add(word)
    const copy = words.slice()
    for (let missing = copy.length; missing < word; missing++)
      copy.push(this.#words[missing]!.initial)
    copy[word] = value
    return copy
  }

  /** @throws when somebody wrote to the real memory past the model. */
  checkUntouched(): void {
    for (const [buffer, before] of this.#before)
      if (Buffer.compare(before, new RealUint8Array(buffer)) !== 0)
        throw new Error(
          `${this.#region(buffer).name} was changed by an access that is not modelled`,
        )
  }

  #region(buffer: SharedArrayBuffer): Region {
    if (!this.#regions.has(buffer)) this.name(buffer, `memory${this.#regions.size}`)
    return this.#regions.get(buffer)!
  }
}
