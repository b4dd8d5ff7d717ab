/** What programs use: CPython's threading, queue and time, by their names. */
export { Barrier } from './barrier.ts'
export { checkpoint } from './checkpoint.ts'
export { Condition } from './condition.ts'
export {
  activeCount,
  currentThread,
  enumerate,
  getIdent,
  getNativeId,
  mainThread,
} from './current.ts'
export {
  BrokenBarrierError,
  Empty,
  Full,
  KeyboardInterrupt,
  LockAbandoned,
  OverflowError,
  PicklingError,
  RuntimeError,
  ShutDown,
  TimeoutError,
  ValueError,
} from './errors.ts'
export { Event } from './event.ts'
export { excepthook, setExcepthook, type ExceptHookArgs } from './excepthook.ts'
export { exit, SystemExit } from './exit.ts'
export { TIMEOUT_MAX } from './futex.ts'
export { Gil } from './gil.ts'
export { local } from './local.ts'
export { Lock } from './lock.ts'
export { print } from './print.ts'
export { LifoQueue } from './queue/lifo-queue.ts'
export { PriorityQueue } from './queue/priority-queue.ts'
export { Queue } from './queue/queue.ts'
export { SimpleQueue } from './queue/simple-queue.ts'
export { RLock } from './rlock.ts'
export { BoundedSemaphore, Semaphore } from './semaphore.ts'
export { sleep, sleepAsync } from './sleep.ts'
export { Thread } from './thread.ts'
export { Timer } from './timer.ts'
export { perfCounter, time } from './time.ts'
