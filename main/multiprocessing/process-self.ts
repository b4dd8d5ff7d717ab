/** Who this process is, for each of its threads. */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { ProcessLife } from './process-life.ts'

export interface ParentReference {
  /** Which process of the run: 0 is the runner. */
  readonly number: number
  readonly pid: number
  readonly name: string
  /** Its life as far as this process is told of it: its end. */
  readonly life: SharedArrayBuffer
}

export interface ProcessSelf {
  /** Which process of the run: 0 is the runner. */
  readonly number: number
  readonly name: string
  readonly daemon: boolean
  /** CPython's: `[2, 1]` is the first process that the second one of the main process started. */
  readonly identity: readonly number[]
  readonly life: SharedArrayBuffer
  /** Undefined: the main process. */
  readonly parent: ParentReference | undefined
}

const KEY = 'interleave.process'
let self: ProcessSelf | undefined

/** From here on this thread, and every one it starts, belongs to this process. */
export function becomeProcess(process: ProcessSelf): void {
  self = process
  // Structured-cloned into the threads.
  setEnvironmentData(KEY, process)
}

export function thisProcess(): ProcessSelf {
  // Only `becomeProcess` sets it.
  self ??= (getEnvironmentData(KEY) as unknown as ProcessSelf | undefined) ?? mainProcess()
  return self
}

function mainProcess(): ProcessSelf {
  const life = new ProcessLife()
  life.starting()
  life.started(0, process.pid)
  return {
    number: 0,
    name: 'MainProcess',
    daemon: false,
    identity: [],
    life: life.memory,
    parent: undefined,
  }
}
