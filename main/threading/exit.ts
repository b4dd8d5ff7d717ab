/** sys.exit: ends the thread that calls it, and with its main thread the process. */

import { str } from './print.ts'

/** Python's SystemExit. Only the main thread of a process passes its code on. */
export class SystemExit extends Error {
  override readonly name = 'SystemExit'
  /** As it was given: undefined is success, a number the exit code, anything else is printed. */
  readonly code: unknown

  constructor(code?: unknown) {
    super(code === undefined || code === null ? '' : str(code))
    this.code = code
  }
}

/** @throws SystemExit always. */
export function exit(code?: unknown): never {
  throw new SystemExit(code)
}

export const isSystemExit = (error: unknown): error is SystemExit =>
  error instanceof Error && error.name === 'SystemExit' && 'code' in error
