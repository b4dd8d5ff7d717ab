/** What programs use: CPython's multiprocessing, by its names. */
export { Empty, Full } from '../threading/errors.ts'
export { AssertionError, OSError } from './errors.ts'
export { Process } from './process.ts'
export { Queue } from './queues/queue.ts'
