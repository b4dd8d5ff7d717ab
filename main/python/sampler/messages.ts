/** What the sampler's thread and whoever opened it tell each other. */
import type { MessagePort } from 'node:worker_threads'
import type { ProcessSamples, WatchedProcess } from './samples.ts'

/** Words of the shared control memory. */
export const Control = {
  /** Grows with each message to the sampler: it sleeps on this word. */
  calls: 0,
  /** Not 0: it is to end. */
  stop: 1,
} as const
export const CONTROL_WORDS = 2

export interface SamplerSetup {
  readonly port: MessagePort
  readonly control: SharedArrayBuffer
}

export type ToSampler =
  | { readonly type: 'watch'; readonly process: WatchedProcess }
  | {
      readonly type: 'thread'
      readonly pid: number
      readonly thread: number
      readonly threadState: bigint
    }
  | { readonly type: 'unwatch'; readonly pid: number }

export type FromSampler = readonly ProcessSamples[]
