/** A command line without a process: streams are strings, and the service does what it is told. */
import type { CommandLineHost } from '../../main/cli/host.ts'
import { disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import { failure, success, type Refusal } from '../../main/core/result.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { LaneEnd } from '../../main/trace/model.ts'
import { checkRequest } from '../../main/demos/check.ts'
import { demos } from '../../main/demos/index.ts'
import type {
  Interpreter,
  OutputLine,
  OwnDemos,
  RunInfo,
  RunRequest,
  RunStatus,
  RunSummary,
} from '../../main/run/contract.ts'
import type { ThreadOutcome } from '../../main/run/thread-messages.ts'
import { decodeToRun, encodeMessage } from '../../main/run/wire.ts'
import type { RelayedPort, RunService, StartOptions } from '../../main/run/service.ts'

export const status = (request: RunRequest, fields: Partial<RunStatus> = {}): RunStatus => ({
  state: 'running',
  request,
  done: 0,
  total: 100,
  unit: 'counts',
  section: 1,
  sections: 6,
  elapsed: nanoseconds(1e9),
  newest: nanoseconds(1e9),
  events: 12_345,
  eventRate: 0,
  dropped: 0,
  tracerShare: 0,
  ...fields,
})

export const summary = (last: RunStatus): RunSummary => ({
  status: last,
  measurements: [],
  verdict: {
    judgement: 'open',
    headline: 'Two threads took 1.04 × the time of one',
    sentences: ['Measured once each.'],
    evidence: [{ label: 'Ratio', value: '1.04' }],
  },
  tables: {
    lanes: [
      {
        track: 1,
        name: 'MainThread',
        pid: 1,
        now: 'ended',
        nowState: 0,
        byState: Float64Array.of(0, 5),
        waitedGil: 0,
        waitedLock: 0,
        waits: 0,
        longestWait: 0,
      },
    ],
    locks: [],
    queues: [],
    counters: [],
    concurrency: { mean: 0, byCount: new Float64Array(0) },
  },
  environment: { platform: 'p', node: '20', processors: 2, startedAt: '2026-01-01T00:00:00Z' },
})

const NO_DEMOS: OwnDemos = { folder: '', demos: [], broken: [] }

export interface Script {
  /** What happens to a run once it has started, until it resolves with its last status. */
  readonly play?: (
    request: RunRequest,
    emit: (status: RunStatus) => void,
    stopped: Promise<void>,
  ) => Promise<RunStatus>
  readonly refuse?: Refusal
  /** Of a module's function. */
  readonly outcome?: Partial<ThreadOutcome>
  readonly withoutSummary?: boolean
  readonly interpreters?: readonly Interpreter[]
  readonly own?: OwnDemos
  /** What the program printed. */
  readonly output?: readonly OutputLine[]
  readonly isTerminal?: boolean
}

export interface FakeHost extends CommandLineHost {
  readonly log: {
    out: string
    err: string
    started: StartOptions[]
    requests: RunRequest[]
    disposed: number
    stops: number
  }
  signal(signal: NodeJS.Signals): void
  /** Signal listeners that are still there. */
  readonly listeners: () => number
}

/** Answers what was printed, and nothing else. */
function outputPort(lines: readonly OutputLine[]): RelayedPort {
  const messages = new Emitter<Uint8Array>()
  const closes = new Emitter<void>()
  return {
    onMessage: (listener) => messages.on(listener),
    onClose: (listener) => closes.on(listener),
    send: (bytes) => {
      const { id, name, query } = decodeToRun(bytes)
      if (name !== 'output') throw new Error(`the command line does not ask for ${name}`)
      const answer = { lines: lines.slice(query.after), total: lines.length }
      setImmediate(() => messages.emit(encodeMessage({ type: 'answer', id, answer })))
    },
    dispose: () => undefined,
  }
}

export function fakeHost(script: Script = {}): FakeHost {
  const log: FakeHost['log'] = {
    out: '',
    err: '',
    started: [],
    requests: [],
    disposed: 0,
    stops: 0,
  }
  const listeners = new Set<(signal: NodeJS.Signals) => void>()

  const createService = (): RunService => {
    const statuses = new Emitter<RunInfo>()
    let stop: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => (stop = resolve))
    let over = Promise.resolve<RunInfo | undefined>(undefined)
    const play =
      script.play ?? ((request) => Promise.resolve(status(request, { state: 'finished' })))
    const unused = () => {
      throw new Error('the command line does not use this')
    }
    return {
      guests: () => [],
      openGuest: unused,
      closeGuest: () => Promise.resolve(),
      catalogue: () => ({
        demos: demos.map(({ manifest }) => manifest),
        scripts: 'typed',
        environment: { platform: 'p', node: '20', processors: 2, startedAt: '' },
      }),
      runs: unused,
      interpreters: () => Promise.resolve(script.interpreters ?? []),
      addInterpreter: (path) => {
        const found = script.interpreters?.find((each) => each.path === path)
        const [message, remedy] = [`${path} is no Python.`, 'Name another.']
        return Promise.resolve(
          found ? success(found) : failure({ kind: 'environment', message, remedy }),
        )
      },
      examineScript: unused,
      ownDemos: () => Promise.resolve(script.own ?? NO_DEMOS),
      useOwnDemos: (folder) => Promise.resolve(success({ ...(script.own ?? NO_DEMOS), folder })),
      forgetOwnDemos: () => Promise.resolve(),
      recordings: unused,
      open: unused,
      openCopy: unused,
      attach: () => outputPort(script.output ?? []),
      attachPort: unused,
      start: async (request, options = {}) => {
        const checked = checkRequest(demos, request)
        if (!checked.ok) return checked
        if (script.refuse) return failure(script.refuse)
        log.started.push(options)
        log.requests.push(checked.value)
        over = play(
          checked.value,
          (next) => statuses.emit({ id: '1', status: next }),
          stopped,
        ).then((last) => ({ id: '1', status: last }))
        return success({ id: '1', status: status(checked.value, { state: 'starting' }) })
      },
      stop: async () => {
        log.stops += 1
        stop()
      },
      over: async () => {
        const info = await over
        if (info === undefined) throw new Error('not started')
        return info
      },
      summary: async () => {
        const info = await over
        return info === undefined || script.withoutSummary ? undefined : summary(info.status)
      },
      onStatus: (listener) => statuses.on(listener),
      dispose: async () => {
        log.disposed += 1
        stop()
      },
    }
  }

  return {
    log,
    version: '1.2.3',
    out: { write: (text) => (log.out += text) },
    err: {
      write: (text) => (log.err += text),
      isTerminal: script.isTerminal ?? false,
      columns: 60,
    },
    createService,
    input: () => Promise.resolve(success('')),
    onSignal: (listener) => {
      listeners.add(listener)
      return disposable(() => listeners.delete(listener))
    },
    runProgram: async (module, name, { aborted }) => {
      log.out += `${module.pathname} ${name} `
      return { ident: 1, name, end: LaneEnd.returned, ...(!aborted && script.outcome) }
    },
    serve: async ({ port, recording }) => {
      log.out += `serving ${port}${recording === undefined ? '' : ` with ${recording}`}`
      return 0
    },
    signal: (signal) => {
      for (const listener of [...listeners]) listener(signal)
    },
    listeners: () => listeners.size,
  }
}
