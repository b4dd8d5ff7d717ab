import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Emitter } from '../core/emitter.ts'
import { failure, refusal, success, type Refusal } from '../core/result.ts'
import { nanoseconds } from '../core/units.ts'
import { checkRequest } from '../demos/check.ts'
import { demos } from '../demos/index.ts'
import type { Environment, RunInfo, RunRequest, RunStatus } from './contract.ts'
import { HeldRun } from './held-run.ts'
import type { ProcessLauncher, RunFiles } from './process.ts'
import { automaticName, pruneRecordings, releaseRecording, reserveRecording } from './recordings.ts'
import type { RunService } from './service.ts'
import { removeItemFolder, removeStaleItemFolders } from './item-folder.ts'
import { addressIn, removeAddress, removeStale } from './socket-address.ts'
import { askSummary } from './summary-query.ts'

export interface RunServiceOptions {
  readonly launcher: ProcessLauncher
  /** Folder for recordings that the user did not name. */
  readonly recordings: string
  readonly environment: Environment
}

/** One run at a time: two at once would disturb each other's measurements. */
export function createRunService(options: RunServiceOptions): RunService {
  const { launcher, recordings, environment } = options
  const statuses = new Emitter<RunInfo>()
  const cleanUps = new Set<Promise<void>>()
  let held: HeldRun[] = []
  let starting = false
  let disposed = false
  const find = (id: string): HeldRun | undefined => held.find((run) => run.id === id)

  /** @returns why nothing can be started now. */
  const busy = (): Refusal | undefined => {
    const current = held.find((run) => !run.isOver)
    if (disposed) return refusal('environment', 'Interleave is closing.', 'Start it again.')
    if (!starting && current === undefined) return undefined
    const demo = current?.info.status.request.demo ?? 'another demo'
    return refusal(
      'environment',
      `A run of ${demo} is still going.`,
      'Stop it or wait for its end: two runs at once disturb each other’s measurements.',
    )
  }

  const start = async (request: RunRequest, recordTo: string): Promise<HeldRun> => {
    // The last run stays open for questions only until the next one starts.
    await Promise.all(held.map((run) => run.dispose()))
    const files = { recordTo, ...addressFor() }
    const run = new HeldRun(randomUUID(), initialStatus(request), files, launcher)
    run.onStatus.on((info) => statuses.emit(info))
    cleanUps.add(run.gone.then(() => cleanUp(files)))
    held = [run]
    return run
  }

  return {
    catalogue: () => ({ demos: demos.map((demo) => demo.manifest), environment }),
    runs: () => held.map((run) => run.info),
    async start(request, startOptions = {}) {
      const checked = checkRequest(demos, request)
      if (!checked.ok) return checked
      const refused = busy()
      if (refused !== undefined) return failure(refused)
      starting = true
      try {
        const automatic = join(recordings, automaticName(checked.value.demo, new Date()))
        const reserved = await reserveRecording(startOptions.recordTo ?? automatic)
        if (!reserved.ok) return reserved
        await Promise.all([pruneRecordings(recordings), removeStale(tmpdir())])
        removeStaleItemFolders()
        return success((await start(checked.value, reserved.value)).info)
      } finally {
        starting = false
      }
    },
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
      await Promise.all(held.map((run) => run.dispose()))
      await Promise.all(cleanUps)
    },
  } satisfies RunService
}

/**
 * Chosen here, so that nothing of it stays even when the run's process has to be killed. Where
 * there can be none the run goes on: only a demo that starts processes needs it, and says so.
 */
function addressFor(): Pick<RunFiles, 'address'> {
  const address = addressIn(tmpdir())
  return address === undefined ? {} : { address }
}

/** What a run that is gone leaves: its recording, if there is anything in it. */
async function cleanUp({ recordTo, address }: RunFiles): Promise<void> {
  await releaseRecording(recordTo)
  if (address === undefined) return
  removeItemFolder(address)
  await removeAddress(address)
}

const initialStatus = (request: RunRequest): RunStatus => ({
  state: 'starting',
  request,
  done: 0,
  total: 0,
  unit: '',
  section: 0,
  sections: 0,
  elapsed: nanoseconds(0),
  newest: nanoseconds(0),
  events: 0,
  eventRate: 0,
  dropped: 0,
  tracerShare: 0,
})
