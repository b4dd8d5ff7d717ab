import { disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import { failure, refusal, success } from '../../main/core/result.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type {
  Interpreter,
  RecordingInfo,
  RunInfo,
  RunRequest,
  RunStatus,
  ScriptFile,
} from '../../main/run/contract.ts'
import type { RelayedPort, RunService } from '../../main/run/service.ts'

export const request: RunRequest = {
  demo: 'lock-contention',
  variant: 'two',
  parameters: { threads: 2 },
  repeats: 1,
  baseline: false,
}

const status: RunStatus = {
  state: 'running',
  request,
  done: 0,
  total: 10,
  unit: 'rounds',
  section: 1,
  sections: 1,
  elapsed: nanoseconds(0),
  newest: nanoseconds(0),
  events: 0,
  eventRate: 0,
  dropped: 0,
  tracerShare: 0,
}

/** The one recording that the folder has. */
export const recording: RecordingInfo = {
  name: 'kept.ilv',
  path: '/recordings/kept.ilv',
  bytes: 1_000,
  modified: 0,
  demo: 'lock-contention',
  variant: 'two',
}

export const interpreter: Interpreter = {
  path: '/usr/bin/python3',
  implementation: 'CPython',
  version: '3.13.0',
  freeThreaded: false,
  gil: true,
  startMethods: ['fork', 'spawn', 'forkserver'],
  defaultStartMethod: 'fork',
  foundBy: 'PATH',
}

export const script: ScriptFile = {
  path: '/home/user/script.py',
  folder: '/home/user',
  bytes: 9,
  sha256: '0'.repeat(64),
  consented: false,
}

/** A run's end of a port, as the test plays it. */
export interface FakePort {
  readonly received: Uint8Array[]
  readonly disposed: boolean
  send(message: Uint8Array): void
  end(): void
}

export interface FakeService extends RunService {
  readonly ports: FakePort[]
  /** Opened to be compared. */
  readonly beside: RunInfo[]
  readonly stopped: string[]
  readonly started: unknown[]
  /** Interpreters and scripts that were named, and scans. */
  readonly asked: string[]
  readonly opened: { readonly name: string; readonly bytes?: number }[]
  isDisposed: boolean
}

/** Holds one run called `run-1`, whose ports the test drives; accepts the request above alone. */
export function createFakeService(): FakeService {
  const info: RunInfo = { id: 'run-1', status }
  const statuses = new Emitter<RunInfo>()
  const ports: FakePort[] = []
  const service: FakeService = {
    ports,
    beside: [],
    stopped: [],
    started: [],
    opened: [],
    asked: [],
    isDisposed: false,
    catalogue: () => ({
      demos: [],
      scripts: 'typed',
      environment: { platform: 'test', node: '20', processors: 2, startedAt: '' },
    }),
    runs: () => [info],
    interpreters(options) {
      if (options?.rescan === true) service.asked.push('rescan')
      return Promise.resolve([interpreter])
    },
    addInterpreter(path) {
      service.asked.push(`interpreter ${path}`)
      return Promise.resolve(
        path === interpreter.path
          ? success(interpreter)
          : failure(refusal('environment', 'It is no interpreter.', 'Choose another file.')),
      )
    },
    examineScript(path) {
      service.asked.push(`script ${path}`)
      return Promise.resolve(
        path === script.path
          ? success(script)
          : failure(refusal('usage', 'It is no script.', 'Choose another file.')),
      )
    },
    ownDemos() {
      service.asked.push('own demos')
      return Promise.resolve({ folder: '', demos: [], broken: [] })
    },
    useOwnDemos(path) {
      service.asked.push(`own demos ${path}`)
      return Promise.resolve(
        path === script.folder
          ? success({ folder: path, demos: [], broken: [] })
          : failure(refusal('usage', 'There is no such folder.', 'Choose another.')),
      )
    },
    forgetOwnDemos() {
      service.asked.push('forget own demos')
      return Promise.resolve()
    },
    start(given) {
      service.started.push(given)
      return Promise.resolve(
        JSON.stringify(given) === JSON.stringify(request)
          ? success(info)
          : failure(refusal('usage', 'There is no demo nonsense.', 'Choose one from the list.')),
      )
    },
    recordings: () => Promise.resolve([recording]),
    open(path) {
      service.opened.push({ name: path })
      return Promise.resolve(
        path.endsWith('foreign.ilv')
          ? failure(refusal('environment', 'It is no recording.', 'Choose another.'))
          : success(info),
      )
    },
    async openCopy({ name, content }) {
      let bytes = 0
      for await (const chunk of content) bytes += chunk.length
      service.opened.push({ name, bytes })
      return success(info)
    },
    guests: () => service.beside,
    openGuest(path) {
      const guest = { id: `guest-${service.beside.length + 1}`, status }
      service.beside.push(guest)
      service.opened.push({ name: path })
      return Promise.resolve(success(guest))
    },
    closeGuest(id) {
      service.beside.splice(
        0,
        service.beside.length,
        ...service.beside.filter((each) => each.id !== id),
      )
      return Promise.resolve()
    },
    stop(run) {
      service.stopped.push(run)
      return Promise.resolve()
    },
    over: () => Promise.resolve(info),
    summary: () => Promise.resolve(undefined),
    attach(run) {
      const isHeld = [info, ...service.beside].some(({ id }) => id === run)
      return isHeld ? openPort(ports) : undefined
    },
    attachPort: () => false,
    onStatus: (listener) => statuses.on(listener),
    dispose() {
      service.isDisposed = true
      return Promise.resolve()
    },
  }
  return service
}

function openPort(ports: FakePort[]): RelayedPort {
  const messages = new Emitter<Uint8Array>()
  const closings = new Emitter<void>()
  const received: Uint8Array[] = []
  let disposed = false
  ports.push({
    received,
    get disposed() {
      return disposed
    },
    send: (message) => messages.emit(message),
    end: () => closings.emit(),
  })
  return {
    send: (message) => received.push(Uint8Array.from(message)),
    onMessage: (listener) => messages.on(listener),
    onClose: (listener) => closings.on(listener),
    ...disposable(() => (disposed = true)),
  }
}
