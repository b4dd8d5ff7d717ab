/**
 * threading.local: an object whose fields each thread has for itself.
 *
 * It may be made anywhere, also while a module is imported, and passed as an argument: a thread that
 * is given it finds it empty, or, for a subclass, as the constructor makes it with the arguments that
 * it passed to `super`. A worker runs one thread after another, so the fields belong to an ident: the
 * next thread that touches them starts anew.
 *
 * One that a module makes while it is imported and one that is passed are two objects, even if the
 * former is passed to a thread that has the module as well.
 */
import { registerShareable, toHandle, toHandles, fromHandles, type Handle } from './handles.ts'
import type { Shareable } from './handles.ts'
import { localClass } from './instances.ts'
import { Control, runtime, type TargetReference } from './runtime.ts'
import { knownReference, loadedExport } from './targets.ts'

interface LocalHandle extends Handle {
  readonly type: 'local'
  readonly id: number
  /** Of a subclass. */
  readonly class: TargetReference | undefined
  readonly args: unknown
}

type Subclass = new (...args: never[]) => local

interface State {
  readonly args: readonly unknown[]
  /** The fields are this thread's. */
  owner: number
  /** By which other threads know it; 0: no other thread was given it. */
  id: number
}

const states = new WeakMap<object, State>()
/** Those that the thread has sent or was given, by id: given back, one is still the same object. */
const travelled = new Map<number, local>()
let traveller = 0
/** What the next one that is constructed is to be. */
let next: Pick<State, 'id'> | undefined

export class local implements Shareable {
  /**
   * @param args of a subclass's constructor, which is called with them once in every thread.
   * @throws TypeError for arguments without a subclass.
   */
  constructor(...args: readonly unknown[]) {
    if (args.length > 0 && new.target === local)
      throw new TypeError('Initialization arguments are not supported')
    const state: State = { args, owner: runtime.ident, id: next?.id ?? 0 }
    next = undefined
    // What the subclass's constructor sets goes through the proxy as well.
    const proxy = new Proxy(this, handlerOf(state))
    states.set(proxy, state)
    return proxy
  }

  [toHandle](): LocalHandle {
    // Every local has one.
    const state = states.get(this) as State
    if (state.id === 0) {
      state.id = Atomics.add(runtime.control, Control.locals, 1) + 1
      travellers().set(state.id, this)
    }
    const isSubclass = Object.getPrototypeOf(this) !== local.prototype
    const known = isSubclass ? knownReference(this.constructor) : undefined
    if (isSubclass && known === undefined) throw localClass(this)
    return { type: 'local', id: state.id, class: known, args: toHandles(state.args) }
  }
}

/** Every access first sees to it that the fields are the current thread's. */
function handlerOf(state: State): ProxyHandler<local> {
  const mine = (target: local): local => {
    if (state.owner !== runtime.ident) {
      state.owner = runtime.ident
      startAnew(target, state.args)
    }
    return target
  }
  return {
    get: (target, key, receiver): unknown => Reflect.get(mine(target), key, receiver),
    set: (target, key, value, receiver) => Reflect.set(mine(target), key, value, receiver),
    has: (target, key) => Reflect.has(mine(target), key),
    ownKeys: (target) => Reflect.ownKeys(mine(target)),
    deleteProperty: (target, key) => Reflect.deleteProperty(mine(target), key),
    defineProperty: (target, key, field) => Reflect.defineProperty(mine(target), key, field),
    getOwnPropertyDescriptor: (target, key) => Reflect.getOwnPropertyDescriptor(mine(target), key),
  }
}

function startAnew(target: local, args: readonly unknown[]): void {
  for (const key of Reflect.ownKeys(target)) Reflect.deleteProperty(target, key)
  const Class = target.constructor as Subclass
  if (Class === local) return
  const fresh = new Class(...(args as never[]))
  Object.defineProperties(target, Object.getOwnPropertyDescriptors(fresh))
}

function travellers(): Map<number, local> {
  if (traveller !== runtime.ident) travelled.clear()
  traveller = runtime.ident
  return travelled
}

function revive({ id, class: reference, args }: LocalHandle): local {
  const known = travellers().get(id)
  if (known !== undefined) return known
  // Named by `[toHandle]`, which takes subclasses of local only.
  const Class = (reference === undefined ? local : loadedExport(reference)) as Subclass
  const given = fromHandles(args) as never[]
  next = { id }
  try {
    const revived = new Class(...given)
    travelled.set(id, revived)
    return revived
  } finally {
    next = undefined
  }
}

registerShareable<LocalHandle>('local', revive, { ownFields: false })
