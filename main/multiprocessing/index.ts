/** What programs use: CPython's multiprocessing, by its names. */
export { Empty, Full, TimeoutError } from '../threading/errors.ts'
export { activeChildren, activeChildrenAsync } from './children.ts'
export { Connection, Pipe } from './connections/connection.ts'
export { wait, waitAsync } from './connections/wait.ts'
export { Context, cpuCount, freezeSupport, getContext } from './context.ts'
export { currentProcess, parentProcess, type ParentProcess } from './current.ts'
export {
  AssertionError,
  AttributeError,
  BrokenPipeError,
  BufferTooShort,
  EOFError,
  IndexError,
  KeyError,
  OSError,
  RemoteTraceback,
} from './errors.ts'
export { Manager, SyncManager } from './managers/manager.ts'
export { DictProxy, ListProxy, NamespaceProxy, ValueProxy } from './managers/proxies.ts'
export {
  BrokenExecutor,
  BrokenProcessPool,
  BrokenThreadPool,
  MaybeEncodingError,
} from './pool/errors.ts'
export type { AsyncResult } from './pool/async-result.ts'
export type { IMapIterator } from './pool/imap.ts'
export { Pool, ThreadPool, withPool } from './pool/pool.ts'
export { Process, type ProcessOptions } from './process.ts'
export { JoinableQueue } from './queues/joinable-queue.ts'
export { Queue } from './queues/queue.ts'
export { SimpleQueue } from './queues/simple-queue.ts'
export type { Sentinel } from './sentinel.ts'
export {
  Array,
  RawArray,
  RawValue,
  Synchronized,
  SynchronizedArray,
  Value,
} from './sharedctypes/synchronized.ts'
export { getAllStartMethods, getStartMethod, setStartMethod } from './start-method.ts'
export { Barrier, type BarrierOptions } from './synchronize/barrier.ts'
export { Condition } from './synchronize/condition.ts'
export { Event } from './synchronize/event.ts'
export { Lock } from './synchronize/lock.ts'
export { RLock } from './synchronize/rlock.ts'
export { BoundedSemaphore, Semaphore } from './synchronize/semaphore.ts'
