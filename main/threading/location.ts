/**
 * Where in the program a call came from, as `program.ts:12`. The host turns source maps on, so
 * that stacks name the TypeScript files.
 */
const OWN_FILES = /\/main\/(threading|multiprocessing|run)\/|node:internal/
/** Deep data is looked at by as many of the primitives' functions. */
const FRAMES = 50
const FRAME = /([^/\\\s(]+):(\d+):\d+\)?$/

/** The innermost frame outside of the primitives; '' when the stack does not say. */
export function callerLocation(): string {
  return locationIn(new Error().stack ?? '') || deepCallerLocation()
}

/** Ten frames, as the engine has them by default, may all be ours. */
function deepCallerLocation(): string {
  // The engine's setting, which this room's types do not name.
  const engine = Error as { stackTraceLimit?: number }
  const { stackTraceLimit = FRAMES } = engine
  engine.stackTraceLimit = FRAMES
  const stack = new Error().stack ?? ''
  engine.stackTraceLimit = stackTraceLimit
  return locationIn(stack)
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
