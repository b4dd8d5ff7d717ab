/**
 * Where in the program a call came from, as `program.ts:12`. The host turns source maps on, so
 * that stacks name the TypeScript files.
 */
const OWN_FILES = /\/main\/(threading|multiprocessing|run)\/|node:internal/
const FRAME = /([^/\\\s(]+):(\d+):\d+\)?$/

/** The innermost frame outside of the primitives; '' when the stack does not say. */
export function callerLocation(): string {
  return locationIn(new Error().stack ?? '')
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
