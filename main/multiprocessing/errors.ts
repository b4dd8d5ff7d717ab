/** Errors of multiprocessing, and how errors cross from one thread to another. */
import {
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
} from '../threading/errors.ts'

/** Python's OSError: the system refused. */
export class OSError extends Error {
  // A string: derived errors have names of their own.
  override readonly name: string = 'OSError'
}

/** Python's BrokenPipeError: nobody can read any more what would be sent. */
export class BrokenPipeError extends OSError {
  override readonly name = 'BrokenPipeError'

  constructor(message = '[Errno 32] Broken pipe') {
    super(message)
  }
}

/** Python's EOFError: everything was read, and nobody can send any more. */
export class EOFError extends Error {
  override readonly name = 'EOFError'
}

/** multiprocessing.BufferTooShort: the message is longer than the buffer for it. */
export class BufferTooShort extends Error {
  override readonly name = 'BufferTooShort'
  /** The whole message; CPython has it in `args[0]`. Undefined where it came from elsewhere. */
  readonly content: Uint8Array | undefined

  constructor(message: string, content?: Uint8Array) {
    super(message)
    this.content = content
  }
}

/** Python's AssertionError, which multiprocessing raises for misuse. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Python's KeyError: no such key. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
}

/** Python's IndexError: no such position. */
export class IndexError extends Error {
  override readonly name = 'IndexError'
}

/** Python's AttributeError: no such field. */
export class AttributeError extends Error {
  override readonly name = 'AttributeError'
}

/** The cause of an error that was thrown elsewhere: multiprocessing.pool.RemoteTraceback. */
export class RemoteTraceback extends Error {
  override readonly name = 'RemoteTraceback'
  /** The stack as it was there, with the causes of the error. */
  readonly tb: string

  constructor(tb: string) {
    super(`\n"""\n${tb}"""`)
    this.tb = tb
    // Where it was put together says nothing; the message does.
    this.stack = `${this.name}: ${this.message}`
  }
}

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  OSError,
  BrokenPipeError,
  EOFError,
  BufferTooShort,
  AssertionError,
  KeyError,
  IndexError,
  AttributeError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  BrokenBarrierError,
  Empty,
  Full,
  LockAbandoned,
  OverflowError,
  ShutDown,
  RuntimeError,
  ValueError,
  PicklingError,
  KeyboardInterrupt,
  TimeoutError,
}

export interface ErrorJson {
  readonly name: string
  readonly message: string
  readonly stack?: string
}

export const errorToJson = (error: unknown): ErrorJson =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack ?? '' }
    : { name: 'Error', message: String(error) }

/**
 * An error of the class of that name where this program has it. Its stack is this thread's; its
 * cause has the other's.
 */
export function errorFrom(json: unknown): Error {
  // Made by errorToJson.
  const { name, message, stack } = json as ErrorJson
  const Class = Object.hasOwn(classes, name) ? classes[name] : undefined
  const error = Class === undefined ? new Error(message) : new Class(message)
  if (Class === undefined) error.name = name
  if (stack !== undefined) error.cause = new RemoteTraceback(stack)
  return error
}
