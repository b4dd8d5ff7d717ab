/** `interleave/program`: an entry of the build that no other imports, so that it knows its folder. */
import { runProgramIn, type ProgramOptions as Options } from './program-in.ts'
import type { ThreadOutcome } from './thread-messages.ts'

export interface ProgramOptions extends Options {
  /** Folder of worker.mjs, section.mjs and child.mjs. Default: that of this file. */
  readonly entries?: URL
}

/**
 * Runs the function that a module exports until it, its threads and its processes have ended, but
 * for daemons; afterwards nothing of it is left. A program that throws is an outcome: what it threw
 * has been printed.
 *
 * @param module in JavaScript; it imports the primitives from the package that this file is in.
 * @throws PicklingError for arguments that cannot travel, the signal's reason when it was aborted
 * before.
 */
export const runProgram = (
  module: URL,
  name = 'main',
  { entries = new URL('.', import.meta.url), ...options }: ProgramOptions = {},
): Promise<ThreadOutcome> => runProgramIn(entries, module, name, options)
