import { failure, success, type Result } from '../core/result.ts'
import type { RunService } from '../run/service.ts'
import { ExitCode, SIGNAL_EXIT, type CommandLineHost } from './host.ts'

/**
 * Waits for what a service looks for before anything runs. A signal disposes of the service: the
 * interpreters it is asking are in groups of their own, which a terminal's Ctrl+C does not reach.
 *
 * @returns or the exit code, once a signal has come and what was asked has ended.
 */
export async function orSignal<Value>(
  host: CommandLineHost,
  service: RunService,
  work: Promise<Value>,
): Promise<Result<Value, number>> {
  let code: number | undefined
  const signals = host.onSignal((signal) => {
    code ??= SIGNAL_EXIT[signal] ?? ExitCode.failed
    void service.dispose()
  })
  try {
    const value = await work
    return code === undefined ? success(value) : failure(code)
  } finally {
    signals.dispose()
  }
}
