/** `interleave record -- python3 script.py`: the program as without Interleave, and a recording of it. */
import { resolve } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { sentenceText } from '../run/sentence.ts'
import { SCRIPT_DEMO, type RunInfo, type RunRequest, type RunSummary } from '../run/contract.ts'
import { leadsToScript } from '../run/script-name.ts'
import type { RunService } from '../run/service.ts'
import { deadlockWords } from '../trace/deadlock-words.ts'
import type { Command } from './arguments.ts'
import { commandPath } from './command-path.ts'
import { ExitCode, refuse, SIGNAL_EXIT, type CommandLineHost } from './host.ts'
import { LiveOutput } from './live-output.ts'
import { checkRecordingPath } from './recording-path.ts'
import { orSignal } from './or-signal.ts'
import { formatFacts } from './table.ts'

type RecordCommand = Extract<Command, { name: 'record' }>

const SIGNALLED = 128
/** Of lines that are not the program's (contract.ts, OutputLine). */
const OWN_LANE = 'Interleave'

/** @returns the program's own exit code; 128 and the signal's number when a signal ended it. */
export async function record(host: CommandLineHost, command: RecordCommand): Promise<number> {
  const to = await checkRecordingPath(command.record)
  if (!to.ok) return refuse(host, to.failure)
  const service = host.createService()
  try {
    const request = await requestOf(host, service, command)
    if (!request.ok)
      return typeof request.failure === 'number' ? request.failure : refuse(host, request.failure)
    const options = to.value === undefined ? {} : { recordTo: to.value }
    const started = await service.start(request.value, options)
    if (!started.ok) return refuse(host, started.failure)
    return await follow(host, service, started.value)
  } finally {
    await service.dispose()
  }
}

/**
 * Whoever typed the command agrees to run what the file holds now.
 * @returns or why not; the exit code when a signal came before anything ran.
 */
async function requestOf(
  host: CommandLineHost,
  service: RunService,
  { python, startMethod, folder }: RecordCommand,
): Promise<Result<RunRequest, Refusal | number>> {
  const path = await commandPath(python.interpreter)
  if (path === undefined)
    return failure(
      refusal(
        'environment',
        `There is no program ${python.interpreter}.`,
        'interleave pythons lists the interpreters of this machine.',
      ),
    )
  const looked = await orSignal(host, service, service.addInterpreter(path, { only: true }))
  if (!looked.ok) return looked
  const interpreter = looked.value
  if (!interpreter.ok) return interpreter
  const script = await service.examineScript(resolve(python.script))
  if (!script.ok) return script
  const input = await host.input()
  if (!input.ok) return input
  const place = { path: script.value.path, folder: resolve(folder ?? '.') }
  const isAsTyped = await leadsToScript({ ...place, name: python.script })
  return success({
    ...{ demo: SCRIPT_DEMO, variant: 'script', parameters: {}, repeats: 1, baseline: false },
    engine: {
      kind: 'cpython',
      path: interpreter.value.path,
      ...(startMethod !== undefined && { startMethod }),
      ...(python.gil !== undefined && { gil: python.gil }),
    },
    script: {
      ...place,
      ...(isAsTyped && { name: python.script }),
      arguments: python.arguments,
      input: input.value,
      consent: script.value.sha256,
    },
  })
}

async function follow(
  host: CommandLineHost,
  service: RunService,
  { id }: RunInfo,
): Promise<number> {
  const port = service.attach(id)
  let isLineOpen = false
  const output =
    port &&
    new LiveOutput(port, ({ lane, stream, text, isOpen }) => {
      const words = lane === OWN_LANE ? `interleave: ${text}` : text
      const sink = stream === 'out' ? host.out : host.err
      sink.write(isOpen ? words : `${words}\n`)
      isLineOpen = isOpen === true
    })
  let isDeadlocked = false
  const watching = service.onStatus(({ id: which, status: { deadlock, state } }) => {
    if (which !== id || deadlock === undefined || isDeadlocked || state !== 'running') return
    isDeadlocked = true
    // A script of the user's is never stopped for it: without Interleave it would stand still, too.
    const { headline, details } = deadlockWords(deadlock)
    host.err.write(`interleave: ${[headline, ...details].join('\n  ')}\n`)
  })
  let signal: NodeJS.Signals | undefined
  const signals = host.onSignal((received) => {
    if (signal === undefined) {
      host.err.write(
        `interleave: ${received}: ending the program with SIGTERM; once more kills it.\n`,
      )
      void service.stop(id)
    } else void service.dispose()
    signal ??= received
  })
  try {
    const over = await service.over(id)
    await output?.finish()
    const summary = await service.summary(id)
    // At a terminal the program's last line would go on with ours.
    if (isLineOpen && host.err.isTerminal) host.err.write('\n')
    host.err.write(describe(summary, over))
    if (signal !== undefined) return SIGNAL_EXIT[signal] ?? ExitCode.failed
    return exitCode(summary?.status ?? over.status)
  } finally {
    watching.dispose()
    signals.dispose()
  }
}

function exitCode({ python = [], state }: RunInfo['status']): number {
  const code = python.at(-1)?.exit?.code
  if (code === undefined) return state === 'finished' ? ExitCode.success : ExitCode.failed
  return code < 0 ? SIGNALLED - code : code
}

/** For somebody who reads the program's own output above it: everything begins with our name. */
function describe(summary: RunSummary | undefined, { status }: RunInfo): string {
  const { failure: reason, recording, python = [] } = summary?.status ?? status
  const { verdict } = summary ?? {}
  const limits = python.flatMap((each) => each.limits)
  return [
    ...(verdict ? [`interleave: ${verdict.headline}.\n`] : []),
    ...(verdict?.sentences ?? []).map((sentence) => `  ${sentenceText(sentence)}\n`),
    ...(verdict ? [formatFacts(verdict.evidence)] : []),
    ...limits.map((limit) => `  ${limit}\n`),
    // Of a program that was never started the verdict knows nothing.
    ...(reason && (!verdict || python.length === 0)
      ? [`interleave: ${reason.headline} ${reason.remedy}\n`]
      : []),
    ...(recording?.failure === undefined
      ? []
      : [`interleave: The recording is not whole: ${recording.failure}.\n`]),
    ...(recording ? [`interleave: recorded in ${recording.path}\n`] : []),
  ].join('')
}
