/** Values and arrays of the run, in the runner: read and written here for every other process. */
import { ValueError } from '../../threading/errors.ts'
import type { Service } from '../calls/call-server.ts'
import { integer, text } from '../calls/check.ts'
import { CellMemory, checkCell, checkTypecode, type AnyCell } from './cells.ts'

export const SHARED = 'shared'

export class SharedService implements Service {
  readonly #cells = new Map<number, CellMemory>()

  /** A thread of the runner's process shares its own cells. */
  adopt(id: number, cells: CellMemory): void {
    if (!this.#cells.has(id)) this.#cells.set(id, cells)
  }

  readonly methods: Service['methods'] = {
    make: (_caller, id, code, length, initial) => {
      const cells = new CellMemory(checkTypecode(text(code)), integer(length))
      cells.write(0, values(cells, initial), 1)
      this.#cells.set(integer(id), cells)
    },
    read: (_caller, id, start, count, step) => {
      const cells = this.#of(id)
      const [from, many, by] = checkRange(cells, start, count, step)
      return cells.read(from, many, by)
    },
    write: (_caller, id, start, given, step) => {
      const cells = this.#of(id)
      const checked = values(cells, given)
      const [from, , by] = checkRange(cells, start, checked.length, step)
      cells.write(from, checked, by)
    },
  }

  reset(): void {
    this.#cells.clear()
  }

  #of(id: unknown): CellMemory {
    const cells = this.#cells.get(integer(id))
    if (cells === undefined) throw new ValueError(`no shared object ${integer(id)}`)
    return cells
  }
}

function values(cells: CellMemory, given: unknown): AnyCell[] {
  if (!Array.isArray(given)) throw new TypeError('values must be a list')
  return given.map((value) => checkCell(cells.code, value))
}

function checkRange(
  { length }: CellMemory,
  start: unknown,
  count: unknown,
  step: unknown,
): readonly [number, number, number] {
  const [from, many, by] = [integer(start), integer(count), integer(step)]
  const last = from + (many - 1) * by
  if (many > 0 && (from < 0 || from >= length || last < 0 || last >= length))
    throw new ValueError(`${from} to ${last} is not within ${length} cells`)
  return [from, many, by]
}
