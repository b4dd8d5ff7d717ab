import { randomUUID } from 'node:crypto'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Emitter } from '../core/emitter.ts'
import { failure, refusal, success, type Refusal, type Result } from '../core/result.ts'
import { LONGEST_RUN } from '../demos/check-estimate.ts'
import { checkRequest, EVERYTHING } from '../demos/check.ts'
import { demos, ownDemoOf } from '../demos/index.ts'
import { cacheFolder } from '../python/probe-files.ts'
import { availableMemory } from './available-memory.ts'
import {
  isOwn,
  type Catalogue,
  type Environment,
  type Interpreter,
  type RunInfo,
  type RunRequest,
  type RunStatus,
} from './contract.ts'
import { Guests } from './guests.ts'
import { HeldRun } from './held-run.ts'
import { initialStatus, openingStatus } from './initial-status.ts'
import { Interpreters } from './interpreters.ts'
import { OwnDemos } from './own/own-demos.ts'
import type { ProcessLauncher, RunFiles, RunnerTask } from './process.ts'
import { checkRecording } from './recording-check.ts'
import { receiveCopy } from './recording-copy.ts'
import { listRecordings } from './recording-list.ts'
import {
  automaticName,
  pruneRecordings,
  RECORDINGS_KEPT,
  releaseRecording,
  reserveRecording,
} from './recordings.ts'
import { Scripts } from './scripts.ts'
import type { RunService } from './service.ts'
import { removeItemFolder, removeStaleItemFolders } from './item-folder.ts'
import { chooseScratch, removeScratchNow, removeStaleScratch } from './scratch.ts'
import { addressIn, removeAddress, removeStale } from './socket-address.ts'
import { askSummary } from './summary-query.ts'

export interface RunServiceOptions {
  readonly launcher: ProcessLauncher
  /** Folder for recordings that the user did not name. */
  readonly recordings: string
  /** Folder for what is remembered: interpreters added by hand, scripts agreed to. */
  readonly data: string
  /** Folder for what can be made again, like the probe's files. Default: the user's. */
  readonly cache?: string
  /** Where the user may name a script. */
  readonly scripts?: Catalogue['scripts']
  readonly environment: Environment
}

/**
 * One run at a time: two at once would disturb each other's measurements. A recording that is open
 * is held as a run that is over. Guests are open beside it: they are idle, and stay when a run starts.
 */
export function createRunService(options: RunServiceOptions): RunService {
  const { launcher, recordings, environment } = options
  const interpreters = new Interpreters(options)
  const scripts = new Scripts(options.data)
  const own = new OwnDemos({ launcher, data: options.data, temporary: tmpdir() })
  const statuses = new Emitter<RunInfo>()
  const cleanUps = new Set<Promise<void>>()
  let held: HeldRun[] = []
  let starting = false
  let disposed = false
  const guests = new Guests(async (path) => {
    const head = await checkRecording(path)
    if (!head.ok) return head
    if (disposed) return failure(CLOSING)
    const task: RunnerTask = { type: 'open', path, isCopy: false }
    return success(launch(openingStatus(path, head.value, false), task))
  })
  const find = (id: string): HeldRun | undefined =>
    held.find((run) => run.id === id) ?? guests.find(id)

  /** @returns why nothing can be started now. */
  const busy = (): Refusal | undefined => {
    const current = held.find((run) => run.isRunning)
    if (disposed) return CLOSING
    if (starting)
      return refusal('environment', 'Something else is just being started.', 'Try again.')
    if (current === undefined) return undefined
    return refusal(
      'environment',
      `A run of ${current.info.status.request.demo} is still going.`,
      'Stop it or wait for its end: whatever else is done disturbs its measurements.',
    )
  }

  const launch = (
    status: RunStatus,
    task: RunnerTask,
    cleanUp: () => Promise<void> = () => Promise.resolve(),
  ): HeldRun => {
    const run = new HeldRun(randomUUID(), status, task, launcher)
    run.onStatus.on((info) => statuses.emit(info))
    const cleaning = run.gone.then(cleanUp).finally(() => cleanUps.delete(cleaning))
    cleanUps.add(cleaning)
    return run
  }

  /** In place of what is held: that stays open for questions only until something else is. */
  const hold = async (
    status: RunStatus,
    task: RunnerTask,
    cleanUp?: () => Promise<void>,
  ): Promise<Result<RunInfo, Refusal>> => {
    await Promise.all(held.map((run) => run.dispose()))
    if (disposed) {
      await cleanUp?.()
      return failure(CLOSING)
    }
    const run = launch(status, task, cleanUp)
    held = [run]
    return success(run.info)
  }

  /** One after the other: whoever comes meanwhile is refused. */
  const alone = async <Value>(
    begin: () => Promise<Result<Value, Refusal>>,
  ): Promise<Result<Value, Refusal>> => {
    const refused = busy()
    if (refused !== undefined) return failure(refused)
    starting = true
    try {
      return await begin()
    } finally {
      starting = false
    }
  }

  /** @param remove for a copy: what is done once it is closed. */
  const openFile = (path: string, remove?: () => Promise<void>) =>
    alone(async () => {
      const head = await checkRecording(path)
      if (!head.ok) return head
      const isCopy = remove !== undefined
      const status = openingStatus(path, head.value, isCopy)
      // Opening runs nothing: only what is loaded already can judge it.
      const ownDemo = own.known(status.request.demo)
      const known = ownDemo && { own: ownDemo.data }
      const task: RunnerTask = { type: 'open', path, isCopy, ...known }
      return hold(status, task, remove)
    })

  /** Interpreters and scripts as they are now. @returns the interpreters that it needs. */
  const checkPython = async ({
    engine,
    twin,
    script,
  }: RunRequest): Promise<Result<readonly Interpreter[], Refusal>> => {
    const needed: Interpreter[] = []
    for (const each of [engine, twin]) {
      if (each?.kind !== 'cpython') continue
      const found = await interpreters.check(each)
      if (!found.ok) return found
      needed.push(found.value)
    }
    const looked = script === undefined ? undefined : await scripts.check(script)
    return looked?.ok === false ? looked : success(needed)
  }

  return {
    catalogue: () => ({
      demos: demos.map((demo) => demo.manifest),
      scripts: options.scripts ?? 'typed',
      environment,
    }),
    runs: () => held.map((run) => run.info),
    async start(request, startOptions = {}) {
      // Nothing is loaded beside a run that is measured.
      const refused = busy()
      const ownDemo = refused === undefined ? await own.find(demoIn(request)) : undefined
      if (refused !== undefined && isOwnIn(request)) return failure(refused)
      if (ownDemo?.ok === false) return ownDemo
      const known = ownDemo ? [...demos, ownDemoOf(ownDemo.value.data)] : demos
      const checked = checkRequest(known, request, {
        ...EVERYTHING,
        limits: {
          seconds: LONGEST_RUN,
          bytes: availableMemory(),
          processors: availableParallelism(),
        },
      })
      if (!checked.ok) return checked
      return alone(async () => {
        const request = checked.value
        const python = await checkPython(request)
        if (!python.ok) return python
        const automatic = join(recordings, automaticName(request.demo, new Date()))
        const reserved = await reserveRecording(startOptions.recordTo ?? automatic)
        if (!reserved.ok) return reserved
        await Promise.all([
          pruneRecordings(recordings, RECORDINGS_KEPT, guests.paths),
          removeStale(tmpdir()),
        ])
        removeStaleItemFolders()
        removeStaleScratch(tmpdir())
        if (request.script !== undefined) await scripts.remember(request.script)
        const files = {
          recordTo: reserved.value,
          ...addressFor(),
          scratch: chooseScratch(tmpdir()),
        }
        const cache = options.cache ?? cacheFolder()
        const task: RunnerTask = {
          type: 'start',
          request,
          interpreters: python.value,
          cache,
          ...(ownDemo && { own: ownDemo.value }),
          ...files,
        }
        return hold(initialStatus(request), task, () => cleanUp(files))
      })
    },
    interpreters: (wanted) => interpreters.list(wanted),
    addInterpreter: (path, wanted) => interpreters.add(path, wanted),
    ownDemos: () => own.look(held.some((run) => run.isRunning)),
    useOwnDemos: (path) => own.use(path),
    forgetOwnDemos: () => own.forget(),
    examineScript: (path) => scripts.examine(path),
    recordings: () => listRecordings(recordings),
    open: (path) => openFile(resolve(path)),
    async openCopy(file) {
      const refused = busy()
      if (refused !== undefined) return failure(refused)
      const received = await receiveCopy(file)
      if (!received.ok) return received
      const { path, remove } = received.value
      const opened = await openFile(path, remove)
      if (!opened.ok) await remove()
      return opened
    },
    guests: () => guests.list,
    openGuest: (path) => alone(() => guests.add(resolve(path))),
    closeGuest: (id) => guests.close(id),
    stop: async (id) => find(id)?.stop(),
    async over(id) {
      const run = find(id)
      if (run === undefined) throw new Error(`no run ${id}`)
      await run.over
      return run.info
    },
    async summary(id) {
      const run = find(id)
      return run?.isAlive === true ? askSummary(run.attach()) : undefined
    },
    attach: (id) => {
      const run = find(id)
      return run?.isAlive === true ? run.attach() : undefined
    },
    attachPort(id, port) {
      const run = find(id)
      if (run?.isAlive !== true) return false
      run.attachPort(port)
      return true
    },
    onStatus: (listener) => statuses.on(listener),
    async dispose() {
      disposed = true
      await Promise.all([
        interpreters.dispose(),
        guests.dispose(),
        ...held.map((run) => run.dispose()),
      ])
      await Promise.all(cleanUps)
      own.dispose()
    },
  } satisfies RunService
}

const isOwnIn = (request: unknown): boolean => {
  const demo = demoIn(request)
  return typeof demo === 'string' && isOwn(demo)
}

/** What a request that came from outside names as its demo. */
const demoIn = (request: unknown): unknown =>
  typeof request === 'object' && request !== null && 'demo' in request ? request.demo : undefined

const CLOSING = refusal('environment', 'Interleave is closing.', 'Start it again.')

/**
 * Chosen here, so that nothing of it stays even when the run's process has to be killed. Where
 * there can be none the run goes on: only a demo that starts processes needs it, and says so.
 */
function addressFor(): Pick<RunFiles, 'address'> {
  const address = addressIn(tmpdir())
  return address === undefined ? {} : { address }
}

/** What a run that is gone leaves: its recording, if there is anything in it. */
async function cleanUp({ recordTo, address, scratch }: RunFiles): Promise<void> {
  await releaseRecording(recordTo)
  removeScratchNow(scratch)
  if (address === undefined) return
  removeItemFolder(address)
  await removeAddress(address)
}
