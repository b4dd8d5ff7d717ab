/**
 * Proxies of a manager's objects. Each method is a call to the runner and atomic there. Proxies may
 * travel anywhere, also inside other objects of a manager; everything else is copied. A change of a
 * copy changes nothing else: `list.get(0).x = 1` is lost, as in CPython.
 *
 * On an event-loop thread: `callMethodAsync`, with the same names and arguments.
 */
import { toHandle, type Shareable } from '../../threading/handles.ts'
import { declareResource } from '../../threading/resource.ts'
import { runtime } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { ResourceKind } from '../../trace/model.ts'
import { call, castNow } from '../calls/calls.ts'
import { registerOwned, type OwnedHandle } from '../synchronize/owned.ts'
import type { ManagedType } from './manager-objects.ts'
import { MANAGERS } from './manager-service.ts'

export interface ProxyHandle extends OwnedHandle {
  readonly type: ManagedType
}

/** A new object of the manager. */
export function makeManaged(
  type: ManagedType,
  manager: number,
  initial: unknown,
  name: string | undefined,
): ProxyHandle {
  const declared = declareResource(ResourceKind.shared, name)
  const args = [manager, declared.resource, type, initial]
  if (runtime.mayBlock) runBlocking(call(MANAGERS, 'make', args), 'makeManaged')
  // An event loop cannot wait to hear that `initial` makes no sense.
  else castNow(MANAGERS, 'make', args)
  return { type, ...declared }
}

export class BaseProxy implements Shareable {
  readonly resource: number
  readonly name: string
  readonly #handle: ProxyHandle

  constructor(handle: ProxyHandle) {
    this.#handle = handle
    this.resource = handle.resource
    this.name = handle.name
  }

  [toHandle](): ProxyHandle {
    return this.#handle
  }

  /**
   * CPython's `_callmethod`.
   * @throws what the method throws, under its name and with its stack as the cause; OSError after
   * the manager was shut down.
   */
  callMethod(method: string, ...args: readonly unknown[]): unknown {
    return runBlocking(this.#callSteps(method, args), 'callMethodAsync')
  }

  async callMethodAsync(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return runAsync(this.#callSteps(method, args))
  }

  #callSteps(method: string, args: readonly unknown[]): Steps<unknown> {
    return call(MANAGERS, 'invoke', [this.resource, method, args])
  }
}

/* What comes back is what the program has put there: the type parameters are its word. */

export class DictProxy<Key = unknown, Value = unknown> extends BaseProxy {
  /** Python's `d.get(key, fallback)`. */
  get(key: Key): Value | undefined
  get(key: Key, fallback: Value): Value
  get(key: Key, fallback?: Value): Value | undefined {
    return this.callMethod('get', key, fallback) as Value | undefined
  }

  /** Python's `d[key]`. @throws KeyError */
  getItem(key: Key): Value {
    return this.callMethod('getItem', key) as Value
  }

  set(key: Key, value: Value): void {
    this.callMethod('set', key, value)
  }

  has(key: Key): boolean {
    return this.callMethod('has', key) === true
  }

  /** Python's `del d[key]`. @throws KeyError */
  delete(key: Key): void {
    this.callMethod('delete', key)
  }

  keys(): Key[] {
    return this.callMethod('keys') as Key[]
  }

  values(): Value[] {
    return this.callMethod('values') as Value[]
  }

  items(): [Key, Value][] {
    return this.callMethod('items') as [Key, Value][]
  }

  len(): number {
    return Number(this.callMethod('len'))
  }

  /** @param other a Map, a plain object or a list of pairs. */
  update(other: ReadonlyMap<Key, Value> | object): void {
    this.callMethod('update', other)
  }

  /** @throws KeyError without a fallback. */
  pop(key: Key, ...fallback: readonly [] | readonly [Value]): Value {
    return this.callMethod('pop', key, ...fallback) as Value
  }

  /** The last pair. @throws KeyError when it is empty. */
  popitem(): [Key, Value] {
    return this.callMethod('popitem') as [Key, Value]
  }

  setdefault(key: Key, fallback: Value): Value {
    return this.callMethod('setdefault', key, fallback) as Value
  }

  clear(): void {
    this.callMethod('clear')
  }

  copy(): Map<Key, Value> {
    return this.callMethod('copy') as Map<Key, Value>
  }

  [Symbol.iterator](): Iterator<Key> {
    return this.keys()[Symbol.iterator]()
  }
}

/** What an array of a manager has; a list has more. */
export class ArrayProxy<Item = unknown> extends BaseProxy {
  /** Python's `a[index]`. @throws IndexError */
  get(index: number): Item {
    return this.callMethod('get', index) as Item
  }

  /** @throws IndexError */
  set(index: number, item: Item): void {
    this.callMethod('set', index, item)
  }

  len(): number {
    return Number(this.callMethod('len'))
  }

  slice(start?: number, stop?: number, step?: number): Item[] {
    return this.callMethod('slice', start, stop, step) as Item[]
  }

  /** The items that are there when it is asked for the first one. */
  *[Symbol.iterator](): Generator<Item, void> {
    yield* this.slice()
  }
}

export class ListProxy<Item = unknown> extends ArrayProxy<Item> {
  /** Python's `del a[index]`. @throws IndexError */
  delete(index: number): void {
    this.callMethod('delete', index)
  }

  has(item: Item): boolean {
    return this.callMethod('has', item) === true
  }

  copy(): Item[] {
    return this.callMethod('copy') as Item[]
  }

  append(item: Item): void {
    this.callMethod('append', item)
  }

  extend(items: readonly Item[]): void {
    this.callMethod('extend', items)
  }

  insert(index: number, item: Item): void {
    this.callMethod('insert', index, item)
  }

  /** @throws ValueError when it is not there. */
  remove(item: Item): void {
    this.callMethod('remove', item)
  }

  /** @throws IndexError */
  pop(index = -1): Item {
    return this.callMethod('pop', index) as Item
  }

  /** @throws ValueError when it is not there. */
  index(item: Item, start = 0): number {
    return Number(this.callMethod('index', item, start))
  }

  count(item: Item): number {
    return Number(this.callMethod('count', item))
  }

  /** @throws TypeError for items that Python does not order; a key function cannot travel. */
  sort({ reverse = false }: { readonly reverse?: boolean } = {}): void {
    this.callMethod('sort', reverse)
  }

  reverse(): void {
    this.callMethod('reverse')
  }

  clear(): void {
    this.callMethod('clear')
  }
}

export class NamespaceProxy extends BaseProxy {
  /** Python's `namespace.name`. @throws AttributeError */
  get(name: string): unknown {
    return this.callMethod('get', name)
  }

  set(name: string, value: unknown): void {
    this.callMethod('set', name, value)
  }

  /** @throws AttributeError */
  delete(name: string): void {
    this.callMethod('delete', name)
  }
}

export class ValueProxy<Value = unknown> extends BaseProxy {
  get value(): Value {
    return this.callMethod('get') as Value
  }

  set value(value: Value) {
    this.callMethod('set', value)
  }
}

registerOwned<ProxyHandle>('DictProxy', (handle) => new DictProxy(handle), true)
registerOwned<ProxyHandle>('ListProxy', (handle) => new ListProxy(handle), true)
registerOwned<ProxyHandle>('NamespaceProxy', (handle) => new NamespaceProxy(handle), true)
registerOwned<ProxyHandle>('ValueProxy', (handle) => new ValueProxy(handle), true)
