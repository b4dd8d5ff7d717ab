/** What a child process is asked to run, in terms that cross processes. */
import { deserialize, serialize } from 'node:v8'
import { mapHandles, toHandles } from '../threading/handles.ts'
import { PicklingError } from '../threading/errors.ts'
import type { TargetReference } from '../threading/runtime.ts'
import { START_METHODS, type StartMethod } from './start-method.ts'
import { openHandle, packHandle, type ProcessEnds } from './portable.ts'

/** A queue of the run as every process can know it. */
export interface ProcessQueueReference {
  /** Its resource id. */
  readonly id: number
  /** 0: unbounded. */
  readonly maxsize: number
  readonly name: string
  /** One direction of a Pipe: the process gets one more of the ends that read, that write. */
  readonly reads?: boolean
  readonly writes?: boolean
}

/** A lock of the run as every process can know it. */
export interface LeaseReference {
  /** Its resource id. */
  readonly id: number
}

/** What whoever starts a process says of it, but for its arguments. */
export interface ProcessStart {
  /** Undefined: the class has a `run` of its own. */
  readonly target?: TargetReference | undefined
  /** Undefined: it is a plain Process. */
  readonly class?: TargetReference | undefined
  /** The process's name: `Process-1`. */
  readonly name: string
  readonly daemon: boolean
  /** CPython's: `[2, 1]` is the first process that the second one of the main process started. */
  readonly identity: readonly number[]
  /** Ident of the thread that started it; 0: unknown. */
  readonly parent: number
  readonly method: StartMethod
}

export interface ProcessJob extends ProcessStart {
  readonly parentProcess: {
    /** Which process of the run: 0 is the runner. */
    readonly number: number
    readonly pid: number
    readonly name: string
  }
  /** Resource ids of this process come after this. */
  readonly resourceBase: number
}

/**
 * Arguments of a Process as bytes: what is shared as references (portable.ts), the rest by
 * structured clone.
 * @throws RuntimeError with CPython's sentence for primitives that live in shared memory,
 * PicklingError for what cannot be cloned.
 */
export function packArguments(args: readonly unknown[]): Uint8Array {
  const portable = mapHandles(toHandles(args), packHandle)
  try {
    return serialize(portable)
  } catch (error) {
    throw new PicklingError(`Can't pickle the arguments: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * The inverse, for the event-loop thread of a child: arguments as a ThreadJob carries them.
 * @param ends this process's ends of what is shared.
 */
export function unpackArguments(bytes: Uint8Array, ends: ProcessEnds): readonly unknown[] {
  const args: unknown = mapHandles(deserialize(bytes), (handle) => openHandle(handle, ends))
  if (!Array.isArray(args)) throw new PicklingError('malformed arguments')
  return args
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isReference = (value: unknown): boolean =>
  value === undefined ||
  (isObject(value) && typeof value['module'] === 'string' && typeof value['name'] === 'string')

/** The shape only: what is to run is whatever the program wants to run. */
export const isStart = (value: unknown): value is ProcessStart =>
  isObject(value) &&
  isReference(value['target']) &&
  isReference(value['class']) &&
  typeof value['name'] === 'string' &&
  typeof value['daemon'] === 'boolean' &&
  typeof value['parent'] === 'number' &&
  Array.isArray(value['identity']) &&
  value['identity'].every(Number.isSafeInteger) &&
  START_METHODS.some((method) => method === value['method'])

/** The shape only: a runner is trusted as to what it asks for. */
export function isJob(value: unknown): value is ProcessJob {
  if (!isStart(value)) return false
  const { parentProcess: parent, resourceBase }: Partial<Record<keyof ProcessJob, unknown>> = value
  return (
    isObject(parent) &&
    typeof parent['number'] === 'number' &&
    typeof parent['pid'] === 'number' &&
    typeof parent['name'] === 'string' &&
    typeof resourceBase === 'number'
  )
}
