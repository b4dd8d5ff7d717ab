import { failure, success, type Refusal, type Result } from '../core/result.ts'
import type { DemoManifest } from '../demos/manifest.ts'
import {
  isOwn,
  type Deadlock,
  type RunInfo,
  type RunStatus,
  type RunSummary,
} from '../run/contract.ts'
import type { RunService } from '../run/service.ts'
import { deadlockWords } from '../trace/deadlock-words.ts'
import type { Command } from './arguments.ts'
import { expandCases } from './cases.ts'
import { findEngine } from './engine.ts'
import { ExitCode, refuse, SIGNAL_EXIT, type CommandLineHost } from './host.ts'
import { orSignal } from './or-signal.ts'
import { Progress } from './progress.ts'
import { describePython } from './python-text.ts'
import { checkRecordingPath } from './recording-path.ts'
import { toJson } from './table.ts'
import { describeMeasuring } from './tables-text.ts'
import { describeErrors, wentWrong } from './thrown-text.ts'
import { describeVerdict } from './verdict-text.ts'

type RunCommand = Extract<Command, { name: 'run' }>

/** Runs a demo to its end; a signal stops it cleanly, a second one by force. */
export async function run(host: CommandLineHost, command: RunCommand): Promise<number> {
  const record = await checkRecordingPath(command.record)
  if (!record.ok) return refuse(host, record.failure)
  const service = host.createService()
  try {
    const manifest = await manifestOf(service, command.request['demo'])
    const looked = await orSignal(host, service, withEngines(service, command, manifest))
    if (!looked.ok) return looked.failure
    const request = looked.value
    if (!request.ok) return refuse(host, request.failure)
    const started = await service.start(
      request.value,
      record.value === undefined ? {} : { recordTo: record.value },
    )
    if (!started.ok) return refuse(host, started.failure)
    return await follow(host, service, started.value, command.json, manifest)
  } finally {
    await service.dispose()
  }
}

/** Of the catalogue, or of the user's own demos. */
async function manifestOf(service: RunService, demo: unknown): Promise<DemoManifest | undefined> {
  const isIt = ({ id }: DemoManifest): boolean => id === demo
  if (typeof demo === 'string' && isOwn(demo)) return (await service.ownDemos()).demos.find(isIt)
  return service.catalogue().demos.find(isIt)
}

/** The request with what the demo means by its own words, and the engines that this machine has for what was typed. */
async function withEngines(
  service: RunService,
  { request, engines, shorthands }: RunCommand,
  manifest: DemoManifest | undefined,
): Promise<Result<unknown, Refusal>> {
  const found: Record<string, unknown> = {}
  for (const [field, wanted] of Object.entries(engines)) {
    const engine = await findEngine(service, wanted)
    if (!engine.ok) return failure(engine.failure)
    found[field] = engine.value
  }
  const all = { ...request, ...found }
  // The service says what is wrong with a demo that there is not.
  if (manifest === undefined) return success(all)
  return expandCases(all, manifest, shorthands, service.catalogue().environment.processors)
}

async function follow(
  host: CommandLineHost,
  service: RunService,
  { id, status }: RunInfo,
  json: boolean,
  manifest: DemoManifest | undefined,
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
    const endsItself = manifest?.endsDeadlocks === true
    host.err.write(describeDeadlock(deadlock, endsItself))
    if (!endsItself) void service.stop(id)
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
    host.out.write(
      json ? toJson(summary ?? { status: ended }) : describeRun(ended, summary, manifest),
    )
    if (ended.recording?.failure !== undefined)
      host.err.write(
        `interleave: The recording is not whole: ${ended.recording.failure}. ` +
          'Make room there, or choose another file with --record.\n',
      )
    const errors = wentWrong(ended, summary) ? await describeErrors(service.attach(id)) : ''
    host.err.write(errors)
    if (ended.failure !== undefined) host.err.write(describeFailure(ended, errors))
    for (const python of ended.python ?? []) host.err.write(describePython(python, ended.failure))
    if (signal !== undefined) return SIGNAL_EXIT[signal] ?? ExitCode.failed
    return ended.state === 'finished' ? ExitCode.success : ExitCode.failed
  } finally {
    progress.end()
    watching.dispose()
    signals.dispose()
  }
}

function describeRun(
  status: RunStatus,
  summary: RunSummary | undefined,
  manifest: DemoManifest | undefined,
): string {
  const variant = manifest?.variants.find(({ id }) => id === status.request.variant)
  const title = `${manifest?.title ?? status.request.demo}: ${variant?.label ?? status.request.variant}`
  const verdict = summary === undefined ? [] : [describeVerdict(summary.verdict, manifest)]
  const recording =
    status.recording === undefined ? [] : [`\nRecording: ${status.recording.path}\n`]
  const measuring = summary === undefined ? '' : describeMeasuring(status, summary.tables)
  const measured = measuring === '' ? [] : [`\n${measuring}`]
  return [`${title} (${status.state})\n`, ...verdict, ...measured, ...recording].join('')
}

/** Nobody is there who could press a button: unless the demo ends the deadlock, the run is ended. */
function describeDeadlock(deadlock: Deadlock, endsItself: boolean): string {
  const { headline, details } = deadlockWords(deadlock)
  const then = endsItself ? 'The demo ends it soon.' : 'The run is being stopped.'
  return `interleave: ${[headline, ...details].join('\n  ')}\n${then}\n`
}

/** @param errors what the program wrote, and has been shown: a stack is told once. */
function describeFailure({ failure: reason }: RunStatus, errors: string): string {
  if (reason === undefined) return ''
  const [first = ''] = reason.detail.split('\n')
  const isTold = first === '' || errors.includes(`  ${first}\n`)
  const detail = isTold ? '' : `${reason.detail.trimEnd()}\n`
  return `interleave: ${reason.headline} ${reason.kept} ${reason.remedy}\n${detail}`
}
