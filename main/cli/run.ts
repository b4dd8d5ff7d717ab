import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { findDemo } from '../demos/index.ts'
import type { Deadlock, RunInfo, RunStatus, RunSummary } from '../run/contract.ts'
import type { RunService } from '../run/service.ts'
import { deadlockWords } from '../trace/deadlock-words.ts'
import type { Command } from './arguments.ts'
import { ExitCode, refuse, SIGNAL_EXIT, type CommandLineHost } from './host.ts'
import { Progress } from './progress.ts'
import { formatFacts, toJson } from './table.ts'
import { describeMeasuring } from './tables-text.ts'

type RunCommand = Extract<Command, { name: 'run' }>

/** Runs a demo to its end; a signal stops it cleanly, a second one by force. */
export async function run(host: CommandLineHost, command: RunCommand): Promise<number> {
  const record = await checkRecordingPath(command.record)
  if (!record.ok) return refuse(host, record.failure)
  const service = host.createService()
  try {
    const started = await service.start(
      command.request,
      record.value === undefined ? {} : { recordTo: record.value },
    )
    if (!started.ok) return refuse(host, started.failure)
    return await follow(host, service, started.value, command.json)
  } finally {
    await service.dispose()
  }
}

/** A recording that is already there is never written over, and no folder is made by a slip. */
async function checkRecordingPath(
  path: string | undefined,
): Promise<Result<string | undefined, Refusal>> {
  if (path === undefined) return success(undefined)
  const fault = await recordingFault(path)
  if (fault === undefined) return success(resolve(path))
  return failure(refusal('environment', fault, 'Choose another file with --record.'))
}

async function recordingFault(path: string): Promise<string | undefined> {
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (folder?.isDirectory() !== true) return `There is no folder ${dirname(path)}.`
  const entry = await stat(path).catch(() => undefined)
  if (entry === undefined) return undefined
  if (!entry.isFile()) return `${path} is not a file.`
  return entry.size > 0 ? `${path} already exists.` : undefined
}

async function follow(
  host: CommandLineHost,
  service: RunService,
  { id, status }: RunInfo,
  json: boolean,
): Promise<number> {
  const progress = new Progress(host.err)
  progress.show(status)
  let isDeadlocked = false
  const watching = service.onStatus((info) => {
    if (info.id !== id) return
    progress.show(info.status)
    const { deadlock, state } = info.status
    if (deadlock === undefined || isDeadlocked || state !== 'running') return
    isDeadlocked = true
    progress.end()
    host.err.write(describeDeadlock(deadlock))
    void service.stop(id)
  })
  let signal: NodeJS.Signals | undefined
  const signals = host.onSignal((received) => {
    if (signal !== undefined) void service.dispose()
    else void service.stop(id)
    signal ??= received
  })
  try {
    const over = await service.over(id)
    const summary = await service.summary(id)
    progress.end()
    const ended = summary?.status ?? over.status
    host.out.write(json ? toJson(summary ?? { status: ended }) : describeRun(ended, summary))
    if (ended.recording?.failure !== undefined)
      host.err.write(
        `interleave: The recording is not whole: ${ended.recording.failure}. ` +
          'Make room there, or choose another file with --record.\n',
      )
    if (ended.failure !== undefined) host.err.write(describeFailure(ended))
    if (signal !== undefined) return SIGNAL_EXIT[signal] ?? ExitCode.failed
    return ended.state === 'finished' ? ExitCode.success : ExitCode.failed
  } finally {
    progress.end()
    watching.dispose()
    signals.dispose()
  }
}

function describeRun(status: RunStatus, summary: RunSummary | undefined): string {
  const manifest = findDemo(status.request.demo)?.manifest
  const variant = manifest?.variants.find(({ id }) => id === status.request.variant)
  const title = `${manifest?.title ?? status.request.demo}: ${variant?.label ?? status.request.variant}`
  const verdict =
    summary === undefined
      ? []
      : [
          `\n${summary.verdict.headline}.\n`,
          ...summary.verdict.sentences.map((sentence) => `${sentence}\n`),
          ...(summary.verdict.evidence.length > 0
            ? [`\n${formatFacts(summary.verdict.evidence)}`]
            : []),
        ]
  const recording =
    status.recording === undefined ? [] : [`\nRecording: ${status.recording.path}\n`]
  const measuring = summary === undefined ? '' : describeMeasuring(status, summary.tables)
  const measured = measuring === '' ? [] : [`\n${measuring}`]
  return [`${title} (${status.state})\n`, ...verdict, ...measured, ...recording].join('')
}

/** Nobody is there who could press a button: the run is ended. */
function describeDeadlock(deadlock: Deadlock): string {
  const { headline, details } = deadlockWords(deadlock)
  return `interleave: ${[headline, ...details].join('\n  ')}\nThe run is being stopped.\n`
}

function describeFailure({ failure: reason }: RunStatus): string {
  if (reason === undefined) return ''
  const detail = reason.detail === '' ? '' : `${reason.detail.trimEnd()}\n`
  return `interleave: ${reason.headline} ${reason.kept} ${reason.remedy}\n${detail}`
}
