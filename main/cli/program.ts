import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { refusal } from '../core/result.ts'
import { LaneEnd } from '../trace/model.ts'
import type { Command } from './arguments.ts'
import { ExitCode, refuse, SIGNAL_EXIT, type CommandLineHost } from './host.ts'

/** Runs a function of the user's own module, without a recording; a signal interrupts it. */
export async function program(
  host: CommandLineHost,
  { file, function: name }: Extract<Command, { name: 'program' }>,
): Promise<number> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isFile() !== true)
    return refuse(
      host,
      refusal('environment', `There is no file ${file}.`, 'Name a JavaScript module.'),
    )
  let signal: NodeJS.Signals | undefined
  const stopping = new AbortController()
  const signals = host.onSignal((received) => {
    signal ??= received
    stopping.abort()
  })
  try {
    const module = pathToFileURL(resolve(file))
    const { end, exitCode } = await host.runProgram(module, name, stopping.signal)
    if (signal !== undefined) return SIGNAL_EXIT[signal] ?? ExitCode.failed
    return exitCode ?? (end === LaneEnd.returned ? ExitCode.success : ExitCode.failed)
  } finally {
    signals.dispose()
  }
}
