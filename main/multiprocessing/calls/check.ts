/** Checks of what callers send to services. */
import { FrameError } from '../frames.ts'

export function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new FrameError(`${String(value)} is not an integer`)
  return Number(value)
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new FrameError(`${String(value)} is not a text`)
  return value
}
