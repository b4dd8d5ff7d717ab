/**
 * Numbers of the run for the resources of a program's processes. Each process counts its own from
 * 1. Those that several processes know have a key. What a forked process inherits is a copy, unless
 * it has a key: memory is copied, and a lock of threads in the child is another lock.
 */
import type { Declaration, Process } from './process.ts'
import type { RunNumbers } from './run-numbers.ts'

/** Of each process, of so many resources it is remembered how they were declared. */
const MAX_REMEMBERED = 65_536
const MAX_KEYS = 65_536

export class Resources {
  readonly #numbers: RunNumbers
  readonly #shared = new Map<string, number>()

  constructor(numbers: RunNumbers) {
    this.#numbers = numbers
  }

  /** Keys of what several processes know. */
  get keys(): string[] {
    return [...this.#shared.keys()]
  }

  /** @returns its number, and whether the run has yet to be told of it. */
  declare(process: Process, id: number, declaration: Declaration): [number, boolean] {
    if (process.declared.size < MAX_REMEMBERED) process.declared.set(id, declaration)
    const { key } = declaration
    const known = key === '' ? undefined : this.#shared.get(key)
    const number = known ?? process.resources.get(id) ?? this.#numbers.resource()
    process.resources.set(id, number)
    if (key !== '' && known === undefined && this.#shared.size < MAX_KEYS)
      this.#shared.set(key, number)
    return [number, known === undefined]
  }

  /**
   * @param copied called when it is a copy of what the parent declared, which the run has yet to be
   *   told of.
   */
  numberOf(
    process: Process,
    id: number,
    copied: (number: number, declaration: Declaration) => void,
  ): number {
    if (id === 0) return 0
    const known = process.resources.get(id)
    if (known !== undefined) return known
    const inherited = inheritedBy(process, id)
    const key = inherited?.key ?? ''
    const shared = key === '' ? undefined : this.#shared.get(key)
    const number = shared ?? this.#numbers.resource()
    process.resources.set(id, number)
    if (inherited && shared === undefined) copied(number, inherited)
    return number
  }
}

function inheritedBy(process: Process, id: number): Declaration | undefined {
  let owner: Process | undefined = process
  while (owner && id < owner.file.header.firstResource) owner = owner.parent
  return owner?.declared.get(id)
}
