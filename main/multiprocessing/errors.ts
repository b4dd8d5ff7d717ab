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
  override readonly name = 'OSError'
}

/** Python's AssertionError, which multiprocessing raises for misuse. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  OSError,
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
