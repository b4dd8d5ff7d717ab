/** What programs use: CPython's multiprocessing, by its names. */
export { Empty, Full } from '../threading/errors.ts'
export { Connection, Pipe } from './connections/connection.ts'
export { wait, waitAsync } from './connections/wait.ts'
export { AssertionError, BrokenPipeError, BufferTooShort, EOFError, OSError } from './errors.ts'
export { Process } from './process.ts'
export { JoinableQueue } from './queues/joinable-queue.ts'
export { Queue } from './queues/queue.ts'
export { SimpleQueue } from './queues/simple-queue.ts'
