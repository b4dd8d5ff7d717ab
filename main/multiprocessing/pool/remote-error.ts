/** An error on its way from a worker to the pool's owner. */
import { str } from '../../threading/print.ts'
import { errorFrom, RemoteTraceback } from '../errors.ts'
import { MaybeEncodingError } from './errors.ts'

export interface RemoteError {
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Fields of its own that are plain values: `code`, `errno`, … */
  readonly fields: Readonly<Record<string, unknown>>
}

const OWN_FRAME = /^\s+at .*(\/main\/(multiprocessing|run)\/|node:internal\/)/
const STANDARD = new Set(['name', 'message', 'stack', 'cause'])
const isPlain = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean', 'bigint'].includes(typeof value)

export function describeError(error: unknown): RemoteError {
  if (!(error instanceof Error)) {
    const text = str(error)
    return { name: 'Error', message: text, stack: `Error: ${text}`, fields: {} }
  }
  const fields = Object.entries(error).filter(
    ([key, value]) => !STANDARD.has(key) && isPlain(value),
  )
  const { name, message } = error
  return { name, message, stack: stackOf(error), fields: Object.fromEntries(fields) }
}

function stackOf(error: Error): string {
  const own = (error.stack ?? `${error.name}: ${error.message}`)
    .split('\n')
    .filter((line) => !OWN_FRAME.test(line))
    .join('\n')
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own
}

/** An error of the same class where this program has it, else of the same name. */
export function reviveError({ name, message, stack, fields }: RemoteError): Error {
  const error =
    name === 'MaybeEncodingError' ? new MaybeEncodingError(message) : errorFrom({ name, message })
  Object.assign(error, fields)
  error.cause = new RemoteTraceback(stack)
  return error
}
