/** What a pool and its workers say to each other, and how it is written as an item of a queue. */
import { deserialize, serialize } from 'node:v8'
import { reviveImporting } from '../../threading/begin.ts'
import { PicklingError } from '../../threading/errors.ts'
import { fromHandles, mapHandles, toHandles, type Handle } from '../../threading/handles.ts'
import type { TargetReference } from '../../threading/runtime.ts'
import { onlyInherited, packHandle, travelsInItems } from '../portable.ts'
import { openReceived } from '../received.ts'
import { describeError, type RemoteError } from './remote-error.ts'

type Open = (handle: Handle) => Handle

/** How a function is called with a value: as `f(...value)` once, `f(value)`, `f(...value)`. */
export const Mode = { apply: 0, map: 1, starmap: 2 } as const
export type Mode = (typeof Mode)[keyof typeof Mode]

/** One for each call; where all are numbers, as they are in memory: ten times as fast (measured). */
export type Values = Float64Array | readonly unknown[]

export type ToWorker =
  /** Before its first task: what the number stands for. */
  | { readonly type: 'function'; readonly function: number; readonly reference: TargetReference }
  | {
      readonly type: 'task'
      /** Number of the task within the pool. */
      readonly task: number
      readonly function: number
      readonly mode: Mode
      readonly values: Values
    }
  /** There is no more work. */
  | { readonly type: 'stop' }

export type FromWorker =
  /** The initializer has returned. */
  | { readonly type: 'ready'; readonly worker: number }
  /** The initializer threw, and the worker ends. */
  | { readonly type: 'failed'; readonly worker: number; readonly error: RemoteError }
  | { readonly type: 'result'; readonly task: number; readonly values: Values }
  | { readonly type: 'error'; readonly task: number; readonly error: RemoteError }

/** Values as they travel; the array may still be the caller's. */
export function packValues(values: readonly unknown[]): Values {
  const numbers = new Float64Array(values.length)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (typeof value !== 'number') return values
    numbers[index] = value
  }
  return numbers
}

const isNumeric = (values: Values): values is Float64Array => values instanceof Float64Array

/** For threads: primitives as handles. @throws PicklingError */
export const withHandles = <Message extends ToWorker | FromWorker>(message: Message): Message =>
  'values' in message && !isNumeric(message.values)
    ? // toHandles gives an array for an array.
      { ...message, values: toHandles(message.values) as readonly unknown[] }
    : message

/**
 * The inverse, in a worker: what its values are instances of is imported.
 * @param open as of fromHandles.
 */
export async function openTask(message: ToWorker, open?: Open): Promise<ToWorker> {
  if (message.type !== 'task' || isNumeric(message.values)) return message
  return { ...message, values: (await reviveImporting(message.values, open)) as readonly unknown[] }
}

/** The same for the pool's owner, which cannot wait: what cannot be revived here is an error. */
export function openResult(message: FromWorker, open?: Open): FromWorker {
  if (message.type !== 'result' || isNumeric(message.values)) return message
  const { type, task, values } = message
  try {
    return { type, task, values: fromHandles(values, open) as readonly unknown[] }
  } catch (error) {
    return { type: 'error', task, error: describeError(error) }
  }
}

/** Numbers follow a header of four words: what it is, task, function, mode. */
const HEADER_BYTES = 16
/** A serialized message begins with 0xff. */
const NumericForm = { task: 1, result: 2 } as const

function numericBytes(form: number, task: number, values: Float64Array, more: readonly number[]) {
  const bytes = new Uint8Array(HEADER_BYTES + values.byteLength)
  new Uint32Array(bytes.buffer, 0, 4).set([form, task, ...more])
  new Float64Array(bytes.buffer, HEADER_BYTES).set(values)
  return bytes
}

function packTravelling(handle: Handle): Handle {
  if (!travelsInItems(handle)) throw onlyInherited(handle.type)
  return packHandle(handle)
}

/**
 * For processes.
 * @throws RuntimeError for primitives, which processes only inherit; PicklingError for what else
 * cannot travel.
 */
export function encodeMessage(message: ToWorker | FromWorker): Uint8Array {
  if ('values' in message && isNumeric(message.values)) {
    const { task, values } = message
    return message.type === 'task'
      ? numericBytes(NumericForm.task, task, values, [message.function, message.mode])
      : numericBytes(NumericForm.result, task, values, [])
  }
  try {
    return serialize(
      'values' in message
        ? { ...message, values: mapHandles(toHandles(message.values), packTravelling) }
        : message,
    )
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'DataCloneError') throw error
    throw new PicklingError(`Can't pickle: ${error.message}`, { cause: error })
  }
}

/** The inverse, of what a pool sent. @throws what a module throws while it is imported. */
export const decodeToWorker = (item: Uint8Array): Promise<ToWorker> =>
  openTask(decodeMessage(item) as ToWorker, openReceived)

/** The inverse, of what a worker sent. */
export const decodeFromWorker = (item: Uint8Array): FromWorker =>
  openResult(decodeMessage(item) as FromWorker, openReceived)

function decodeMessage(item: Uint8Array): ToWorker | FromWorker {
  const first = item[0]
  if (first !== NumericForm.task && first !== NumericForm.result)
    // Written by `encodeMessage`.
    return deserialize(item) as ToWorker | FromWorker
  const bytes = item.byteOffset % 8 === 0 ? item : item.slice()
  const [, task = 0, called = 0, mode] = new Uint32Array(bytes.buffer, bytes.byteOffset, 4)
  const values = new Float64Array(
    bytes.buffer,
    bytes.byteOffset + HEADER_BYTES,
    (bytes.length - HEADER_BYTES) / 8,
  )
  if (first === NumericForm.result) return { type: 'result', task, values }
  // Only values of Mode are ever written.
  return { type: 'task', task, function: called, mode: mode as Mode, values }
}
