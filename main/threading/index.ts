/** What programs use: CPython's threading, queue and time, by their names. */
export { checkpoint } from './checkpoint.ts'
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
export { Gil } from './gil.ts'
export { Lock } from './lock.ts'
export { print } from './print.ts'
export { Queue } from './queue/queue.ts'
export { sleep, sleepAsync } from './sleep.ts'
export { Thread } from './thread.ts'
export { perfCounter, time } from './time.ts'
