#!/usr/bin/env node
/** The command line's entry, built as out/main/cli.mjs: joins it to what was built beside it. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../../package.json'
import { disposable } from '../core/disposables.ts'
import { describeEnvironment } from '../run/environment.ts'
import { createForkLauncher } from '../run/fork-launcher.ts'
import { nodeFault } from '../run/node-version.ts'
import { runProgramIn } from '../run/program-in.ts'
import { dataFolder } from '../run/data-folder.ts'
import { recordingsFolder } from '../run/recordings.ts'
import { createRunService } from '../run/run-service.ts'
import { outliveReaders } from '../run/standard-streams.ts'
import { serve } from '../web/serve.ts'
import type { CommandLineHost } from './host.ts'
import { runCommandLine } from './main.ts'
import { readInput } from './standard-input.ts'

const main = fileURLToPath(new URL('.', import.meta.url))
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const createService = () =>
  createRunService({
    launcher: createForkLauncher({
      runner: join(main, 'runner.mjs'),
      child: join(main, 'child.mjs'),
      loader: join(main, 'loader.mjs'),
    }),
    recordings: recordingsFolder(),
    data: dataFolder(),
    environment: describeEnvironment(),
  })

const host: CommandLineHost = {
  version,
  out: process.stdout,
  err: {
    write: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    get columns() {
      return process.stderr.columns ?? 80
    },
  },
  createService,
  input: () =>
    readInput(process.stdin, () => {
      process.stderr.write(
        'interleave: Waiting for the end of standard input; </dev/null gives the program none.\n',
      )
    }),
  onSignal(listener) {
    for (const signal of SIGNALS) process.on(signal, listener)
    return disposable(() => {
      for (const signal of SIGNALS) process.off(signal, listener)
    })
  },
  runProgram: (module, name, signal) =>
    runProgramIn(new URL('.', import.meta.url), module, name, { signal }),
  serve: (options) =>
    serve({ service: createService(), page: join(main, '../renderer'), ...options }),
}

outliveReaders()
const tooOld = nodeFault()
if (tooOld === undefined) {
  process.exitCode = await runCommandLine(process.argv.slice(2), host)
} else {
  process.stderr.write(`interleave: ${tooOld}\n`)
  process.exitCode = 2
}
