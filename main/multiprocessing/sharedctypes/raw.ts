/**
 * Cells that threads and processes share, without a lock: RawValue and RawArray. In the runner's own
 * process they are shared memory; every other process reads and writes them through the runner, a
 * round trip each, whatever the number of cells.
 */
import { ValueError } from '../../threading/errors.ts'
import {
  registerShareable,
  toHandle,
  type Handle,
  type Shareable,
} from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { IDENT_RANGE, ResourceKind } from '../../trace/model.ts'
import { call, castNow } from '../calls/calls.ts'
import { IndexError } from '../errors.ts'
import { registerPortable } from '../portable.ts'
import { post } from '../requests.ts'
import { CellMemory, checkCell, rangeOf, type Cell, type Typecode } from './cells.ts'
import { SHARED } from './shared-service.ts'

export interface CellsHandle extends Handle {
  readonly resource: number
  readonly name: string
  readonly code: Typecode
  readonly length: number
  /** In the runner's process only. */
  readonly memory?: SharedArrayBuffer
}

export interface SharedOptions {
  readonly name?: string
}

function make(
  type: string,
  code: Typecode,
  length: number,
  initial: readonly unknown[],
  { name }: SharedOptions,
): CellsHandle {
  const checked = initial.map((value) => checkCell(code, value))
  const handle = { type, code, length, ...declareResource(ResourceKind.shared, name, length) }
  if (runtime.ident >= IDENT_RANGE) {
    castNow(SHARED, 'make', [handle.resource, code, length, checked])
    return handle
  }
  const cells = new CellMemory(code, length)
  cells.write(0, checked, 1)
  return { ...handle, memory: cells.shared }
}

export abstract class RawCells<Code extends Typecode> implements Shareable {
  readonly resource: number
  readonly name: string
  protected readonly cells: CellMemory | undefined
  protected readonly handle: CellsHandle

  constructor(handle: CellsHandle) {
    const { resource, name, code, length, memory } = handle
    this.handle = handle
    this.resource = resource
    this.name = name
    this.cells = memory && new CellMemory(code, length, memory)
  }

  [toHandle](): CellsHandle {
    return this.handle
  }

  *readSteps(start: number, count: number, step: number): Steps<Cell<Code>[]> {
    const cells =
      this.cells?.read(start, count, step) ??
      (yield* call(SHARED, 'read', [this.resource, start, count, step]))
    // Of this typecode, here and in the runner.
    return cells as Cell<Code>[]
  }

  *writeSteps(start: number, values: readonly unknown[], step: number): Steps<void> {
    const checked = values.map((value) => checkCell(this.handle.code, value))
    if (this.cells) this.cells.write(start, checked, step)
    else yield* call(SHARED, 'write', [this.resource, start, checked, step])
  }

  /** At once where the cells are in shared memory, also on an event-loop thread. */
  protected now<Result>(steps: Steps<Result>): Result {
    if (this.cells === undefined) return runBlocking(steps, 'getAsync or setAsync')
    const step = steps.next(true)
    if (step.done !== true) throw new Error('shared memory needs no waiting')
    return step.value
  }

  protected getCell(index: number): Cell<Code> {
    if (this.cells) return this.cells.get(index) as Cell<Code>
    const [cell] = runBlocking(this.readSteps(index, 1, 1), 'getAsync')
    return cell as Cell<Code>
  }

  protected setCell(index: number, value: Cell<Code>): void {
    if (this.cells) this.cells.set(index, checkCell(this.handle.code, value))
    else runBlocking(this.writeSteps(index, [value], 1), 'setAsync')
  }
}

const VALUE = 'RawValue'
const ARRAY = 'RawArray'

export class RawValueCells<Code extends Typecode> extends RawCells<Code> {
  /** @param source typecode of a new one, or the handle of an existing one to attach to. */
  constructor(source: Code | CellsHandle, initial?: unknown, options: SharedOptions = {}) {
    super(
      typeof source === 'string'
        ? make(VALUE, source, 1, initial === undefined ? [] : [initial], options)
        : source,
    )
  }

  /** On an event-loop thread outside of the runner's process: `getAsync`, `setAsync`. */
  get value(): Cell<Code> {
    return this.getCell(0)
  }

  set value(value: Cell<Code>) {
    this.setCell(0, value)
  }

  async getAsync(): Promise<Cell<Code>> {
    const [cell] = await runAsync(this.readSteps(0, 1, 1))
    return cell as Cell<Code>
  }

  async setAsync(value: Cell<Code>): Promise<void> {
    await runAsync(this.writeSteps(0, [value], 1))
  }
}

export class RawArrayCells<Code extends Typecode> extends RawCells<Code> {
  /** @param source typecode of a new one, or the handle of an existing one to attach to. */
  constructor(
    source: Code | CellsHandle,
    sizeOrInitial: number | Iterable<unknown> = 0,
    options: SharedOptions = {},
  ) {
    super(typeof source === 'string' ? makeArray(source, sizeOrInitial, options) : source)
  }

  get length(): number {
    return this.handle.length
  }

  /** Python's `a[index]`. @throws IndexError */
  get(index: number): Cell<Code> {
    return this.getCell(this.#position(index))
  }

  set(index: number, value: Cell<Code>): void {
    this.setCell(this.#position(index), value)
  }

  async getAsync(index: number): Promise<Cell<Code>> {
    const [cell] = await runAsync(this.readSteps(this.#position(index), 1, 1))
    return cell as Cell<Code>
  }

  async setAsync(index: number, value: Cell<Code>): Promise<void> {
    await runAsync(this.writeSteps(this.#position(index), [value], 1))
  }

  /** Python's `a[start:stop:step]`, all cells by default. */
  slice(start?: number, stop?: number, step?: number): Cell<Code>[] {
    const range = rangeOf(this.length, start, stop, step)
    return this.now(this.readSteps(range.start, range.count, range.step))
  }

  /** Python's `a[start:stop:step] = values`. @throws ValueError for another number of values. */
  setSlice(
    start: number | undefined,
    stop: number | undefined,
    values: Iterable<Cell<Code>>,
    step?: number,
  ): void {
    const range = rangeOf(this.length, start, stop, step)
    const all = [...values]
    if (all.length !== range.count) throw new ValueError('Can only assign sequence of same size')
    this.now(this.writeSteps(range.start, all, range.step))
  }

  [Symbol.iterator](): Iterator<Cell<Code>> {
    return this.slice()[Symbol.iterator]()
  }

  #position(index: number): number {
    const position = index < 0 ? index + this.length : index
    if (!Number.isInteger(index)) throw new TypeError('indices must be integers')
    if (position < 0 || position >= this.length) throw new IndexError('invalid index')
    return position
  }
}

function makeArray(
  code: Typecode,
  sizeOrInitial: number | Iterable<unknown>,
  options: SharedOptions,
): CellsHandle {
  if (typeof sizeOrInitial !== 'number') {
    const initial = [...sizeOrInitial]
    return make(ARRAY, code, initial.length, initial, options)
  }
  if (!Number.isInteger(sizeOrInitial)) throw new TypeError("can't multiply by a non-int")
  if (sizeOrInitial < 0) throw new ValueError(`Array length must be >= 0, not ${sizeOrInitial}`)
  return make(ARRAY, code, sizeOrInitial, [], options)
}

registerShareable<CellsHandle>(VALUE, (handle) => new RawValueCells(handle), { ownFields: false })
registerShareable<CellsHandle>(ARRAY, (handle) => new RawArrayCells(handle), { ownFields: false })
for (const type of [VALUE, ARRAY])
  registerPortable<CellsHandle, CellsHandle>(type, {
    pack: ({ memory, ...packed }) => {
      const { resource: id, code, length } = packed
      // Only now: cells that never leave the process are nobody else's business.
      if (memory !== undefined) post('openShared', { id, code, length, memory })
      return packed
    },
    open: (packed) => packed,
  })
