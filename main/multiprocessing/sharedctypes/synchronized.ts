/**
 * multiprocessing.Value, Array, RawValue and RawArray. Value and Array have a lock, an RLock unless
 * told otherwise, which every single read and write takes, as CPython's do; what reads and writes
 * (`+=`) needs it as a whole: `value.getLock().withLock(() => value.value++)`.
 *
 * Cells are read by `get`, `set`, `slice` and `setSlice` where Python has `a[i]`: an object that
 * understands `a[i]` would be a Proxy, which is many times slower.
 */
import type { Seconds } from '../../core/units.ts'
import { Holdable } from '../../threading/guard.ts'
import {
  registerShareable,
  toHandle,
  type Handle,
  type Shareable,
} from '../../threading/handles.ts'
import { AttributeError } from '../errors.ts'
import { openHandle, packHandle, registerPortable } from '../portable.ts'
import type { LeaseHandle } from '../synchronize/leased.ts'
import { Lock, LOCK_TYPE } from '../synchronize/lock.ts'
import { RLock } from '../synchronize/rlock.ts'
import { checkTypecode, type Cell, type Typecode } from './cells.ts'
import { RawArrayCells, RawValueCells, type CellsHandle, type SharedOptions } from './raw.ts'

export interface SynchronizedHandle extends Handle {
  readonly cells: CellsHandle
  readonly lock: LeaseHandle
}

interface PackedHandle extends Handle {
  readonly cells: Handle
  readonly lock: Handle
}

const VALUE = 'Synchronized'
const ARRAY = 'SynchronizedArray'

const lockOf = (handle: LeaseHandle): Lock | RLock =>
  handle.type === LOCK_TYPE ? new Lock(handle) : new RLock(handle)

abstract class SynchronizedBase<Raw extends RawValueCells<Typecode> | RawArrayCells<Typecode>>
  extends Holdable
  implements Shareable
{
  protected readonly raw: Raw
  protected readonly lock: Lock | RLock

  constructor(raw: Raw, lock: Lock | RLock) {
    super()
    this.raw = raw
    this.lock = lock
  }

  abstract [toHandle](): SynchronizedHandle

  get resource(): number {
    return this.raw.resource
  }

  get name(): string {
    return this.raw.name
  }

  getLock(): Lock | RLock {
    return this.lock
  }

  /** The same without the lock. */
  getObj(): Raw {
    return this.raw
  }

  override acquire(block = true, timeout?: Seconds): boolean {
    return this.lock.acquire(block, timeout)
  }

  override acquireAsync(block = true, timeout?: Seconds): Promise<boolean> {
    return this.lock.acquireAsync(block, timeout)
  }

  override release(): void {
    this.lock.release()
  }
}

export class Synchronized<Code extends Typecode = Typecode> extends SynchronizedBase<
  RawValueCells<Code>
> {
  [toHandle](): SynchronizedHandle {
    return { type: VALUE, cells: this.raw[toHandle](), lock: this.lock[toHandle]() }
  }

  /** @throws TypeError for a value of another kind; integers wrap around, as in ctypes. */
  get value(): Cell<Code> {
    return this.lock.withLock(() => this.raw.value)
  }

  set value(value: Cell<Code>) {
    this.lock.withLock(() => (this.raw.value = value))
  }

  getAsync(): Promise<Cell<Code>> {
    return this.lock.withLockAsync(() => this.raw.getAsync())
  }

  setAsync(value: Cell<Code>): Promise<void> {
    return this.lock.withLockAsync(() => this.raw.setAsync(value))
  }
}

export class SynchronizedArray<Code extends Typecode = Typecode> extends SynchronizedBase<
  RawArrayCells<Code>
> {
  [toHandle](): SynchronizedHandle {
    return { type: ARRAY, cells: this.raw[toHandle](), lock: this.lock[toHandle]() }
  }

  get length(): number {
    return this.raw.length
  }

  /** Python's `a[index]`. @throws IndexError */
  get(index: number): Cell<Code> {
    return this.lock.withLock(() => this.raw.get(index))
  }

  set(index: number, value: Cell<Code>): void {
    this.lock.withLock(() => this.raw.set(index, value))
  }

  getAsync(index: number): Promise<Cell<Code>> {
    return this.lock.withLockAsync(() => this.raw.getAsync(index))
  }

  setAsync(index: number, value: Cell<Code>): Promise<void> {
    return this.lock.withLockAsync(() => this.raw.setAsync(index, value))
  }

  /** Python's `a[start:stop:step]`, all cells by default. */
  slice(start?: number, stop?: number, step?: number): Cell<Code>[] {
    return this.lock.withLock(() => this.raw.slice(start, stop, step))
  }

  /** Python's `a[start:stop:step] = values`. @throws ValueError for another number of values. */
  setSlice(
    start: number | undefined,
    stop: number | undefined,
    values: Iterable<Cell<Code>>,
    step?: number,
  ): void {
    this.lock.withLock(() => this.raw.setSlice(start, stop, values, step))
  }

  [Symbol.iterator](): Iterator<Cell<Code>> {
    return this.slice()[Symbol.iterator]()
  }
}

export interface SynchronizedOptions extends SharedOptions {
  /** True, the default: an RLock of its own; or a lock to use. */
  readonly lock?: true | Lock | RLock
}

function lockFrom(lock: unknown): Lock | RLock {
  if (lock === true) return new RLock()
  if (lock instanceof Lock || lock instanceof RLock) return lock
  throw new AttributeError(`${String(lock)} has no method 'acquire'`)
}

/** @param initial default 0. @throws TypeError for an unknown typecode or a value of another kind. */
export const RawValue = <Code extends Typecode>(
  typecode: Code,
  initial?: Cell<Code>,
  options: SharedOptions = {},
): RawValueCells<Code> => {
  checkTypecode(typecode)
  return new RawValueCells<Code>(typecode, initial, options)
}

/** @param sizeOrInitial how many zeros, or the values. */
export const RawArray = <Code extends Typecode>(
  typecode: Code,
  sizeOrInitial: number | Iterable<Cell<Code>>,
  options: SharedOptions = {},
): RawArrayCells<Code> => {
  checkTypecode(typecode)
  return new RawArrayCells<Code>(typecode, sizeOrInitial, options)
}

export function Value<Code extends Typecode>(
  typecode: Code,
  initial: Cell<Code> | undefined,
  options: SharedOptions & { readonly lock: false },
): RawValueCells<Code>
export function Value<Code extends Typecode>(
  typecode: Code,
  initial?: Cell<Code>,
  options?: SynchronizedOptions,
): Synchronized<Code>
export function Value<Code extends Typecode>(
  typecode: Code,
  initial?: Cell<Code>,
  options: SharedOptions & { readonly lock?: boolean | Lock | RLock } = {},
): RawValueCells<Code> | Synchronized<Code> {
  const raw = RawValue(typecode, initial, options)
  const { lock = true } = options
  return lock === false ? raw : new Synchronized<Code>(raw, lockFrom(lock))
}

function ArrayOf<Code extends Typecode>(
  typecode: Code,
  sizeOrInitial: number | Iterable<Cell<Code>>,
  options: SharedOptions & { readonly lock: false },
): RawArrayCells<Code>
function ArrayOf<Code extends Typecode>(
  typecode: Code,
  sizeOrInitial: number | Iterable<Cell<Code>>,
  options?: SynchronizedOptions,
): SynchronizedArray<Code>
function ArrayOf<Code extends Typecode>(
  typecode: Code,
  sizeOrInitial: number | Iterable<Cell<Code>>,
  options: SharedOptions & { readonly lock?: boolean | Lock | RLock } = {},
): RawArrayCells<Code> | SynchronizedArray<Code> {
  const raw = RawArray(typecode, sizeOrInitial, options)
  const { lock = true } = options
  return lock === false ? raw : new SynchronizedArray<Code>(raw, lockFrom(lock))
}
export { ArrayOf as Array }

registerShareable<SynchronizedHandle>(
  VALUE,
  ({ cells, lock }) => new Synchronized(new RawValueCells(cells), lockOf(lock)),
)
registerShareable<SynchronizedHandle>(
  ARRAY,
  ({ cells, lock }) => new SynchronizedArray(new RawArrayCells(cells), lockOf(lock)),
)
for (const type of [VALUE, ARRAY])
  registerPortable<SynchronizedHandle, PackedHandle>(type, {
    pack: ({ cells, lock }) => ({ type, cells: packHandle(cells), lock: packHandle(lock) }),
    // Each is opened by its own type, which gives a handle of that type.
    open: ({ cells, lock }, ends) => ({
      type,
      cells: openHandle(cells, ends) as CellsHandle,
      lock: openHandle(lock, ends) as LeaseHandle,
    }),
  })
