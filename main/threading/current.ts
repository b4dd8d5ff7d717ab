/** Which threads there are: threading.current_thread, main_thread, enumerate and their like. */
import { Life } from './life.ts'
import { Control, runtime } from './runtime.ts'
import { attachThread, type Thread } from './thread.ts'

/**
 * The thread that calls: in a thread of a subclass an object of that class. An event-loop thread
 * has one as well, which no list names.
 */
export const currentThread = (): Thread => attachThread(Life.of(runtime.ident))

/** The one that runs the program's main function, in a child process that of the Process. */
export const mainThread = (): Thread =>
  attachThread(Life.of(Atomics.load(runtime.control, Control.mainIdent)))

/**
 * All threads of this process that are alive, the current one and daemons included, in the order of
 * their starts. A thread is there before its start() returns, and gone before its join() does.
 */
export const enumerate = (): Thread[] => Life.started().map(attachThread)

export const activeCount = (): number => Life.started().length

/** The current thread's ident; see `Thread.ident`. */
export const getIdent = (): number => runtime.ident

/** The system's number of the current thread on Linux, else Node's. */
export const getNativeId = (): number => runtime.services?.nativeId ?? 0
