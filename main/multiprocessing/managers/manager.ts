/**
 * multiprocessing.Manager. CPython starts a server process; here the objects live in the runner's
 * event-loop thread, which is every process's neighbour already. Locks, queues and their like are
 * those of multiprocessing, which live there, too; but as proxies they may travel anywhere, where
 * those that a program makes itself are shared by inheritance only.
 */
import type { Seconds } from '../../core/units.ts'
import { allocateResource } from '../../threading/runtime.ts'
import { runAsync, runBlocking, type Steps } from '../../threading/steps.ts'
import { call } from '../calls/calls.ts'
import { AssertionError } from '../errors.ts'
import { JoinableQueue } from '../queues/joinable-queue.ts'
import { checkCell, checkTypecode, type Cell, type Typecode } from '../sharedctypes/cells.ts'
import { Barrier, type BarrierOptions } from '../synchronize/barrier.ts'
import { Condition } from '../synchronize/condition.ts'
import { Event } from '../synchronize/event.ts'
import { Lock } from '../synchronize/lock.ts'
import { RLock } from '../synchronize/rlock.ts'
import { BoundedSemaphore, Semaphore } from '../synchronize/semaphore.ts'
import { MANAGERS } from './manager-service.ts'
import type { ManagedType } from './manager-objects.ts'
import {
  ArrayProxy,
  DictProxy,
  ListProxy,
  makeManaged,
  NamespaceProxy,
  ValueProxy,
  type ProxyHandle,
} from './proxies.ts'

export interface ManagedOptions {
  readonly name?: string
}

/** What a manager makes may travel in items: arguments of a pool's calls, values of its dicts. */
const managed = { managed: true } as const

export class SyncManager {
  readonly #id = allocateResource()
  #isShutDown = false

  /** @param initial a Map, a plain object or a list of pairs. */
  dict<Key = unknown, Value = unknown>(
    initial?: ReadonlyMap<Key, Value> | object,
    options: ManagedOptions = {},
  ): DictProxy<Key, Value> {
    return new DictProxy(this.#make('DictProxy', initial, options))
  }

  list<Item = unknown>(
    initial: readonly Item[] = [],
    options: ManagedOptions = {},
  ): ListProxy<Item> {
    return new ListProxy(this.#make('ListProxy', initial, options))
  }

  Namespace(fields: object = {}, options: ManagedOptions = {}): NamespaceProxy {
    return new NamespaceProxy(this.#make('NamespaceProxy', fields, options))
  }

  /** As in CPython, the typecode is for the reader: the value may be anything. */
  Value<Value>(_typecode: string, value: Value, options: ManagedOptions = {}): ValueProxy<Value> {
    return new ValueProxy(this.#make('ValueProxy', value, options))
  }

  /** @throws TypeError for an unknown typecode or a value of another kind. */
  Array<Code extends Typecode>(
    typecode: Code,
    sequence: readonly Cell<Code>[],
    options: ManagedOptions = {},
  ): ArrayProxy<Cell<Code>> {
    const checked = sequence.map((value) => checkCell(checkTypecode(typecode), value))
    return new ArrayProxy(this.#make('ListProxy', checked, options))
  }

  Queue<Item = unknown>(maxsize = 0): JoinableQueue<Item> {
    this.#requireStarted()
    return new JoinableQueue<Item>(maxsize, managed)
  }

  JoinableQueue<Item = unknown>(maxsize = 0): JoinableQueue<Item> {
    return this.Queue<Item>(maxsize)
  }

  Lock(): Lock {
    this.#requireStarted()
    return new Lock(managed)
  }

  RLock(): RLock {
    this.#requireStarted()
    return new RLock(managed)
  }

  Semaphore(value = 1): Semaphore {
    this.#requireStarted()
    return new Semaphore(value, managed)
  }

  BoundedSemaphore(value = 1): BoundedSemaphore {
    this.#requireStarted()
    return new BoundedSemaphore(value, managed)
  }

  Condition(lock?: Lock | RLock): Condition {
    this.#requireStarted()
    return new Condition(lock ?? new RLock(managed), managed)
  }

  Event(): Event {
    this.#requireStarted()
    return new Event(managed)
  }

  Barrier(parties: number, action?: () => void, timeout?: Seconds): Barrier {
    this.#requireStarted()
    const options: BarrierOptions = {
      ...managed,
      ...(action && { action }),
      ...(timeout !== undefined && { timeout }),
    }
    return new Barrier(parties, options)
  }

  /** Forgets its objects: who uses a proxy from now on gets an OSError. A second time: no effect. */
  shutdown(): void {
    runBlocking(this.#shutdownSteps(), 'shutdownAsync')
  }

  /** The same for a thread that runs an event loop. */
  async shutdownAsync(): Promise<void> {
    await runAsync(this.#shutdownSteps())
  }

  *#shutdownSteps(): Steps<void> {
    if (this.#isShutDown) return
    this.#isShutDown = true
    yield* call(MANAGERS, 'shutdown', [this.#id])
  }

  /** For `using`. */
  [Symbol.dispose](): void {
    this.shutdown()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdownAsync()
  }

  #make(type: ManagedType, initial: unknown, { name }: ManagedOptions): ProxyHandle {
    this.#requireStarted()
    return makeManaged(type, this.#id, initial, name)
  }

  #requireStarted(): void {
    // CPython's words.
    if (this.#isShutDown) throw new AssertionError('server not yet started')
  }
}

/** As in CPython: a SyncManager that has been started. */
export const Manager = (): SyncManager => new SyncManager()
