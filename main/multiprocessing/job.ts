/** What a child process is asked to run, in terms that cross processes. */
import { deserialize, serialize } from 'node:v8'
import { mapHandles, toHandles } from '../threading/handles.ts'
import { PicklingError } from '../threading/errors.ts'
import type { TargetReference } from '../threading/runtime.ts'
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

export interface ProcessJob {
  readonly target: TargetReference
  /** The process's name: `Process-1`. */
  readonly name: string
  readonly daemon: boolean
  /** Ident of the thread that started it; 0: unknown. */
  readonly parent: number
  /** Thread idents and resource ids of this process come after these. */
  readonly identBase: number
  readonly resourceBase: number
  /** Record events. */
  readonly traced: boolean
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

/** The shape only: a runner is trusted as to what it asks for. */
export function isJob(value: unknown): value is ProcessJob {
  if (typeof value !== 'object' || value === null) return false
  const job: Partial<Record<keyof ProcessJob, unknown>> = value
  const target: unknown = job.target
  return (
    typeof target === 'object' &&
    target !== null &&
    'module' in target &&
    typeof target.module === 'string' &&
    'name' in target &&
    typeof target.name === 'string' &&
    typeof job.name === 'string' &&
    typeof job.daemon === 'boolean' &&
    typeof job.parent === 'number' &&
    typeof job.identBase === 'number' &&
    typeof job.resourceBase === 'number' &&
    typeof job.traced === 'boolean'
  )
}
