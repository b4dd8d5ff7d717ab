import type { Disposable } from '../core/disposables.ts'
import type { Refusal, Result } from '../core/result.ts'
import type { ThreadOutcome } from '../run/thread-messages.ts'
import type { RunService } from '../run/service.ts'
import type { ServeOptions } from '../web/serve.ts'

/** What the command line is given: real streams and processes in index.ts, fakes in the tests. */
export interface CommandLineHost {
  /** Interleave's own. */
  readonly version: string
  /** Results. */
  readonly out: TextSink
  /** Progress and refusals. */
  readonly err: TextSink & { readonly isTerminal: boolean; readonly columns: number }
  createService(): RunService
  /** Standard input to its end; '' of a terminal. */
  input(): Promise<Result<string, Refusal>>
  /** SIGINT, SIGTERM and SIGHUP, once for each that comes. */
  onSignal(listener: (signal: NodeJS.Signals) => void): Disposable
  /** Runs what the module exports under the name; aborted: ends it. */
  runProgram(module: URL, name: string, signal: AbortSignal): Promise<ThreadOutcome>
  /** Serves until a signal ends it; resolves with the exit code. */
  serve(options: Pick<ServeOptions, 'port' | 'openBrowser' | 'recording'>): Promise<number>
}

export interface TextSink {
  write(text: string): unknown
}

export const ExitCode = { success: 0, failed: 1, usage: 2 } as const

/** By convention 128 and the signal's number, for a run that was ended by it and ended cleanly. */
export const SIGNAL_EXIT: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
}

/** One line: what is wrong and what to do. Returns the exit code that goes with it. */
export function refuse(host: CommandLineHost, { kind, message, remedy }: Refusal): number {
  host.err.write(`interleave: ${message} ${remedy}\n`)
  return kind === 'usage' ? ExitCode.usage : ExitCode.failed
}
