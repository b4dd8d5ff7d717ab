/**
 * Where in the program a call came from, as `program.ts:12`. The host turns source maps on, so
 * that stacks name the TypeScript files; a text of a stack needs those of all files in it, 10 ms for
 * the first one of a thread. So the frames are looked at as they are, some 10 µs, and only the line
 * of the one that is meant is looked up.
 */
import { runtime } from './runtime.ts'

const OWN_FILES = /\/main\/(threading|multiprocessing|run)\/|node:internal/
/** Deep data is looked at by as many of the primitives' functions. */
const FRAMES = 50
const FRAME = /([^/\\\s(]+):(\d+):\d+\)?$/

/** The innermost frame outside of the primitives; '' when the stack does not say. */
export function callerLocation(): string {
  const lineOf = runtime.services?.lineOf
  if (lineOf === undefined)
    return locationIn(stackText()) || withMoreFrames(() => locationIn(stackText()))
  return locationInFrames(lineOf) || withMoreFrames(() => locationInFrames(lineOf))
}

/** The engine's settings, which this room's types do not name. */
const engine = Error as unknown as {
  stackTraceLimit?: number
  prepareStackTrace?: ((error: unknown, frames: readonly StackFrame[]) => unknown) | undefined
}

interface StackFrame {
  getFileName(): string | null | undefined
  getLineNumber(): number | null
  getColumnNumber(): number | null
}

const stackText = (): string => new Error().stack ?? ''

function locationInFrames(lineOf: (file: string, line: number, column: number) => string): string {
  const { prepareStackTrace } = engine
  engine.prepareStackTrace = (_, frames) => frames
  // What the line above makes of it.
  const frames = new Error().stack as unknown as readonly StackFrame[]
  engine.prepareStackTrace = prepareStackTrace
  for (const frame of frames) {
    const file = frame.getFileName() ?? ''
    const line = lineOf(file, frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0)
    if (line !== '') return line
  }
  return ''
}

/** Ten frames, as the engine has them by default, may all be ours. */
function withMoreFrames(look: () => string): string {
  const { stackTraceLimit = FRAMES } = engine
  engine.stackTraceLimit = FRAMES
  try {
    return look()
  } finally {
    engine.stackTraceLimit = stackTraceLimit
  }
}

/** The innermost frame of a stack that is the program's. */
export function locationIn(stack: string): string {
  for (const line of stack.split('\n')) {
    if (!/^\s+at /.test(line) || OWN_FILES.test(line)) continue
    const match = FRAME.exec(line)
    if (match) return `${match[1] ?? ''}:${match[2] ?? ''}`
  }
  return ''
}
