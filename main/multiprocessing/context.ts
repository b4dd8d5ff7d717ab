/** Contexts: multiprocessing's classes and functions, bound to one start method. */
import { availableParallelism, cpus } from 'node:os'
import { TimeoutError, ValueError } from '../threading/errors.ts'
import { activeChildren, activeChildrenAsync } from './children.ts'
import { currentProcess, parentProcess } from './current.ts'
import { BufferTooShort } from './errors.ts'
import { Process } from './process.ts'
import {
  checkStartMethod,
  getAllStartMethods,
  getStartMethod,
  type StartMethod,
} from './start-method.ts'
import { Pipe } from './connections/connection.ts'
import { Manager } from './managers/manager.ts'
import { Pool, type PoolOptions } from './pool/pool.ts'
import { JoinableQueue } from './queues/joinable-queue.ts'
import { Queue } from './queues/queue.ts'
import { SimpleQueue } from './queues/simple-queue.ts'
import { Array, RawArray, RawValue, Value } from './sharedctypes/synchronized.ts'
import { Barrier } from './synchronize/barrier.ts'
import { Condition } from './synchronize/condition.ts'
import { Event } from './synchronize/event.ts'
import { Lock } from './synchronize/lock.ts'
import { RLock } from './synchronize/rlock.ts'
import { BoundedSemaphore, Semaphore } from './synchronize/semaphore.ts'

/** Always a fresh process. */
export class SpawnProcess extends Process {
  static override readonly startMethod = 'spawn'
}

/** A process that was started beforehand, where one waits. */
export class PrewarmedProcess extends Process {
  static override readonly startMethod = 'prewarmed'
}

/** How many processors the machine has. */
export const cpuCount = (): number => cpus().length || availableParallelism()

/** In CPython for programs frozen to an executable; nothing needs it here. */
export function freezeSupport(): void {
  // As CPython's wherever a program is not frozen.
}

/** What does not depend on the start method is the same in all contexts. */
export class Context {
  readonly #method: StartMethod
  /** As the global one, but for the start method; named after it: `SpawnProcess-1`. */
  readonly Process: typeof Process
  /** Its workers are processes of this context. */
  readonly Pool: typeof Pool
  readonly Lock = Lock
  readonly RLock = RLock
  readonly Condition = Condition
  readonly Semaphore = Semaphore
  readonly BoundedSemaphore = BoundedSemaphore
  readonly Event = Event
  readonly Barrier = Barrier
  readonly Value = Value
  readonly Array = Array
  readonly RawValue = RawValue
  readonly RawArray = RawArray
  readonly Queue = Queue
  readonly JoinableQueue = JoinableQueue
  readonly SimpleQueue = SimpleQueue
  readonly Pipe = Pipe
  readonly Manager = Manager
  readonly BufferTooShort = BufferTooShort
  readonly TimeoutError = TimeoutError
  readonly currentProcess = currentProcess
  readonly parentProcess = parentProcess
  readonly activeChildren = activeChildren
  readonly activeChildrenAsync = activeChildrenAsync
  readonly cpuCount = cpuCount
  readonly freezeSupport = freezeSupport
  readonly getAllStartMethods = getAllStartMethods

  constructor(method: StartMethod, ProcessOfMethod: typeof Process) {
    this.#method = method
    this.Process = ProcessOfMethod
    this.Pool = class extends Pool {
      constructor(processes?: number, options: PoolOptions = {}) {
        super(processes, { context: { Process: ProcessOfMethod }, ...options })
      }
    }
  }

  /** @throws ValueError for a method that there is not. */
  getContext(method?: string): Context {
    return method === undefined ? this : contexts[checkStartMethod(method)]
  }

  getStartMethod(): StartMethod {
    return this.#method
  }

  /** @throws ValueError always: a context has the method that it was asked for. */
  setStartMethod(): never {
    throw new ValueError('cannot set start method of concrete context')
  }
}

const contexts: Readonly<Record<StartMethod, Context>> = {
  spawn: new Context('spawn', SpawnProcess),
  prewarmed: new Context('prewarmed', PrewarmedProcess),
}

/**
 * @param method undefined: the one that is set, which is the default from now on if none was.
 * @throws ValueError for a method that there is not, with the reason: `fork` and `forkserver`.
 */
export const getContext = (method?: string): Context =>
  contexts[method === undefined ? getStartMethod() : checkStartMethod(method)]
