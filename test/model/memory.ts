/**
 * The words of shared memory that threads of a model use, numbered in the order in which they are
 * first touched, so that a state is a short list of numbers. What they hold at the beginning is
 * read from the real memory, which stays as the program's setting up left it.
 */
import { RealInt32Array, RealUint8Array } from './real.ts'

interface Region {
  readonly buffer: SharedArrayBuffer
  readonly name: string
  readonly labels: readonly string[]
  readonly quiet: boolean
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
  readonly #before = new Map<SharedArrayBuffer, Uint8Array>()

  /** @param quiet whether control words are not scheduling points: nobody will change them. */
  constructor(control: SharedArrayBuffer, names: readonly string[], quiet: boolean) {
    this.name(control, 'control', names, quiet)
  }

  /** How the schedule calls the words of a buffer. */
  name(
    buffer: SharedArrayBuffer,
    name: string,
    labels: readonly string[] = [],
    quiet = false,
  ): void {
    this.#regions.set(buffer, { buffer, name, labels, quiet, numbers: new Map() })
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

  isQuiet(buffer: SharedArrayBuffer): boolean {
    return this.#region(buffer).quiet
  }

  isControl(word: number): boolean {
    return this.nameOf(word).startsWith('control.')
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
