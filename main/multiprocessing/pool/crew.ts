/** How a pool has workers, whichever kind they are: crew-of-processes.ts, crew-of-threads.ts. */
import type { Seconds } from '../../core/units.ts'
import type { BrokenExecutor } from './errors.ts'
import type { FromWorker, ToWorker } from './messages.ts'

export interface CrewMember {
  /** Number within the pool, from 1. */
  readonly number: number
  /** Blocks until it runs or cannot. @throws OSError, RuntimeError. */
  start(): void
  startAsync(): Promise<void>
  /** It is gone, or could not be started. What it had sent before may still have to be received. */
  readonly hasEnded: boolean
  /** `pid 1234 (SpawnPoolWorker-1, exit code -9)`. */
  describe(): string
  readonly pid: number | undefined
  /**
   * @returns the bytes it takes; 0: unknown.
   * @throws what the message cannot travel for.
   */
  send(message: ToWorker): number
  /** Ends it soon: a process at once, a thread after its task. */
  terminate(): void
  /** False: it had not ended in time. */
  join(timeout?: Seconds): boolean
  joinAsync(timeout?: Seconds): Promise<boolean>
  /** It has ended, and everything it sent was received. */
  dispose(): void
}

export interface Crew {
  /** Makes a worker; it does not run yet. */
  hire(number: number): CrewMember
  /** The worker has done everything it was given, and ends by itself. */
  retire(member: CrewMember): void
  /**
   * The next message of any worker.
   * @param timeout seconds; 0: only what has been sent already, but that for certain.
   */
  receive(timeout: Seconds): FromWorker | undefined
  receiveAsync(timeout: Seconds): Promise<FromWorker | undefined>
  /** Quick: undefined may also mean that a message is still on its way. */
  peek(): FromWorker | undefined
  /** Of the kind that concurrent.futures has for such workers. */
  broken(message: string, cause?: unknown): BrokenExecutor
  /** For sentences: `process`. */
  readonly noun: 'process' | 'thread'
}
