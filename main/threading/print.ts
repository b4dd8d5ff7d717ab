import { EventKind, OutputStream } from '../trace/model.ts'
import { toHandle } from './handles.ts'
import { runtime } from './runtime.ts'

/** Python's print: values separated by spaces. Every line is one output event. */
export function print(...values: readonly unknown[]): void {
  writeLines(OutputStream.out, values.map(str).join(' '))
}

/** Each line of the text becomes an output event of the current lane; without events, it is printed. */
export function writeLines(stream: OutputStream, text: string): void {
  const { tracer } = runtime
  if (tracer === undefined) {
    runtime.services?.write?.(stream, text)
    return
  }
  for (const line of text.split('\n')) tracer.recordText(EventKind.output, 0, stream, 0, 0, line)
}

/** Python's str(). */
export const str = (value: unknown): string =>
  typeof value === 'string' ? value : repr(value, new Set())

/** Python's repr(), for what programs print. */
function repr(value: unknown, inside: ReadonlySet<object>): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'number':
      return number(value)
    case 'boolean':
      return value ? 'True' : 'False'
    case 'undefined':
      return 'None'
    case 'function':
      return `<function ${value.name || '<lambda>'}>`
    case 'object':
      return value === null ? 'None' : object(value, inside)
    default:
      return String(value)
  }
}

const textOf = (value: { toString(): string }): string => value.toString()

function number(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '-0.0' : String(value)
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark
}

function object(value: object, inside: ReadonlySet<object>): string {
  if (inside.has(value)) return Array.isArray(value) ? '[...]' : '{...}'
  const now = new Set(inside).add(value)
  if (Array.isArray(value)) return `[${value.map((item) => repr(item, now)).join(', ')}]`
  if (value instanceof Error) return `${value.name}(${quote(value.message)})`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    // A primitive's own text is CPython's repr.
    const text = toHandle in value ? textOf(value) : ''
    return text.startsWith('<') ? text : `<${value.constructor.name} object>`
  }
  const pairs = Object.entries(value).map(([key, item]) => `${quote(key)}: ${repr(item, now)}`)
  return `{${pairs.join(', ')}}`
}
