/** The parts that the payload of a frame is made of, and their checks. */
import { FrameError } from './frames.ts'

export function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 8)
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, index * 8)
  return bytes
}

export function time(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

export function expect(payload: Buffer, bytes: number): void {
  if (payload.length !== bytes) {
    throw new FrameError(`a message of ${payload.length} bytes where ${bytes} were expected`)
  }
}

export function atLeast(payload: Buffer, bytes: number): void {
  if (payload.length < bytes) {
    throw new FrameError(`a message of ${payload.length} bytes where at least ${bytes} were due`)
  }
}

export function integer(payload: Buffer, index: number): number {
  const value = payload.readDoubleLE(index * 8)
  if (!Number.isSafeInteger(value)) throw new FrameError(`${value} is not an integer`)
  return value
}

export function count(payload: Buffer, index: number): number {
  const value = integer(payload, index)
  if (value < 0) throw new FrameError(`${value} is not a count`)
  return value
}

export function json(payload: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return value
  } catch (error) {
    throw new FrameError('malformed JSON', { cause: error })
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
