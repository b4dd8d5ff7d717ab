/** Errors of multiprocessing, and how errors cross from one thread to another. */
import {
  KeyboardInterrupt,
  PicklingError,
  RuntimeError,
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

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  OSError,
  BrokenPipeError,
  EOFError,
  BufferTooShort,
  AssertionError,
  RuntimeError,
  ValueError,
  PicklingError,
  KeyboardInterrupt,
  TimeoutError,
}

export interface ErrorJson {
  readonly name: string
  readonly message: string
}

export const errorToJson = (error: unknown): ErrorJson =>
  error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) }

/** An error of the class of that name where this program has it. */
export function errorFrom(json: unknown): Error {
  const { name, message } = json as ErrorJson
  const Class = Object.hasOwn(classes, name) ? classes[name] : undefined
  if (Class !== undefined) return new Class(message)
  const error = new Error(message)
  error.name = name
  return error
}
