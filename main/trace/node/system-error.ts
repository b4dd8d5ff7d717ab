import { RecordingError } from '../ilv/errors.ts'

export function systemError(path: string, offset: number, error: unknown): RecordingError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new RecordingError(path, 'io', offset, code)
}

/** @throws RecordingError where the system refuses, and what `act` throws otherwise. */
export function withSystemErrors<Value>(path: string, act: () => Value): Value {
  try {
    return act()
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw systemError(path, 0, error)
    throw error
  }
}
