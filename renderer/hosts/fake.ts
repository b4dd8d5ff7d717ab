/**
 * A host without a backend: made-up demos whose runs are answered by the gallery's made-up
 * traces, over real wire messages. For development (`?host=fake`) and for tests of the window.
 */
import type { Disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import { failure, refusal, success, type Refusal, type Result } from '../../main/core/result.ts'
import { MOST_GUESTS } from '../../main/run/contract.ts'
import type {
  Catalogue,
  Interpreter,
  OwnDemos,
  RecordingInfo,
  RunInfo,
  RunRequest,
  RunStatus,
  ScriptFile,
  TrackInfo,
} from '../../main/run/contract.ts'
import type { ScenarioName } from '../gallery/scenarios.ts'
import type { ExportedFile, Host, HostCommand, RunPort, SaveOutcome } from './host.ts'
import { FAKE_DEMOS } from './fake-demos.ts'
import { FAKE_OWN, NO_OWN } from './fake-own.ts'
import { FAKE_RECORDINGS, fakeRecording } from './fake-recordings.ts'
import { FAKE_INTERPRETERS, type FakeInterpreters } from './fake-interpreters.ts'
import { fakeScript } from './fake-scripts.ts'
import { FakeRun } from './fake-run.ts'

export interface FakeOptions {
  /** Seconds of the made-up run per second. */
  readonly speed?: number
  /** Share of the run at which its program throws. */
  readonly failAt?: number
  /** Share of the run at which the connection breaks for good. */
  readonly loseAt?: number
  /** Every start is refused; `estimate`: because it would take hours. */
  readonly refuse?: boolean | 'estimate'
  readonly seed?: number
  /** The made-up program; default: one that is like the demo. */
  readonly scenario?: ScenarioName
  /** Share of the run at which it stands still; default: it plays. */
  readonly standAt?: number
  /** What is installed; default: many. */
  readonly interpreters?: FakeInterpreters
  /** There is a folder with demos of the user's own. */
  readonly ownDemos?: boolean
  /** How a script is named; default: typed. */
  readonly scripts?: Catalogue['scripts']
  /** How it is known who holds the GIL; default: it was recorded. */
  readonly reading?: TrackInfo['reading']
  /** What the status says instead. */
  readonly status?: Partial<RunStatus>
}

const ENVIRONMENT = {
  platform: 'made up',
  node: '24.4.1',
  processors: 16,
  startedAt: '2026-01-01T00:00:00.000Z',
}

const damaged = (path: string): Refusal =>
  refusal(
    'environment',
    `${path}: the file header is damaged (at byte 8).`,
    'Take a copy that is whole; record the run again if there is none.',
  )

export class FakeHost implements Host, Disposable {
  readonly kind = 'fake'
  /** What was saved, for tests. */
  readonly saved: ExportedFile[] = []
  readonly commands = new Emitter<HostCommand>()
  readonly opened = new Emitter<Result<RunInfo, Refusal>>()
  /** What the next `save` says. */
  saving: SaveOutcome | undefined
  readonly #options: FakeOptions
  readonly #runs: FakeRun[] = []
  readonly #guests: FakeRun[] = []
  #opened = 0
  readonly #added: Interpreter[] = []
  #own: OwnDemos
  readonly #consents = new Set<string>()
  #unreachable = false

  constructor(options: FakeOptions = {}) {
    this.#options = options
    this.#own = options.ownDemos === true ? FAKE_OWN : NO_OWN
  }

  catalogue(): Promise<Catalogue> {
    const { scripts = 'typed' } = this.#options
    return Promise.resolve({ demos: FAKE_DEMOS, scripts, environment: ENVIRONMENT })
  }

  interpreters(): Promise<readonly Interpreter[]> {
    return Promise.resolve([
      ...this.#added,
      ...FAKE_INTERPRETERS[this.#options.interpreters ?? 'many'],
    ])
  }

  addInterpreter(path = ''): Promise<Result<Interpreter, Refusal> | undefined> {
    const [like] = FAKE_INTERPRETERS.many
    if (!path.includes('python') || like === undefined)
      return Promise.resolve(
        path === ''
          ? undefined
          : failure(
              refusal(
                'environment',
                `${path} is no Python interpreter.`,
                'Give the file that you would type to start one, for instance /usr/bin/python3.',
              ),
            ),
      )
    const added = { ...like, path, version: '3.13.2', foundBy: 'added by hand' }
    this.#added.push(added)
    return Promise.resolve(success(added))
  }

  ownDemos(): Promise<OwnDemos> {
    return Promise.resolve(this.#own)
  }

  useOwnDemos(folder = '/home/ada/demos'): Promise<Result<OwnDemos, Refusal> | undefined> {
    if (!folder.startsWith('/'))
      return Promise.resolve(
        failure(
          refusal('usage', `There is no folder ${folder}.`, 'Choose the folder of your demos.'),
        ),
      )
    this.#own = { ...FAKE_OWN, folder }
    return Promise.resolve(success(this.#own))
  }

  forgetOwnDemos(): Promise<void> {
    this.#own = NO_OWN
    return Promise.resolve()
  }

  chooseScript(
    path = '/home/ada/work/resize.py',
  ): Promise<Result<ScriptFile, Refusal> | undefined> {
    const examined = fakeScript(path)
    return Promise.resolve(
      examined.ok
        ? success({ ...examined.value, consented: this.#consents.has(examined.value.sha256) })
        : examined,
    )
  }

  async runs(): Promise<readonly RunInfo[]> {
    if (this.#unreachable) throw new Error('No answer from the fake host.')
    return Promise.resolve(this.#runs.map((run) => run.info).reverse())
  }

  start(request: RunRequest): Promise<Result<RunInfo, Refusal>> {
    const { refuse = false, loseAt } = this.#options
    if (refuse === 'estimate')
      return Promise.resolve(
        failure({
          ...refusal(
            'usage',
            'This run would take at least 3 h 20 min: 1 000 000 rounds of 1.2 ms in each of 10 sections.',
            'Choose fewer rounds or repeats.',
          ),
          parameter: 'rounds',
        }),
      )
    if (refuse)
      return Promise.resolve(
        failure(
          refusal(
            'environment',
            `Variant ${request.variant} needs processes, which this machine cannot start.`,
            'Choose a variant that uses threads.',
          ),
        ),
      )
    if (request.script) this.#consents.add(request.script.consent)
    this.#runs.splice(0).forEach((run) => run.dispose())
    const run = new FakeRun(`fake-${Date.now()}`, request, ENVIRONMENT, this.#options)
    this.#runs.push(run)
    if (loseAt !== undefined)
      run.onProgress.on((share) => {
        if (share >= loseAt) this.disconnect()
      })
    return Promise.resolve(success(run.info))
  }

  recordings(): Promise<readonly RecordingInfo[]> {
    return Promise.resolve(FAKE_RECORDINGS)
  }

  openRecording(from?: string | File): Promise<Result<RunInfo, Refusal> | undefined> {
    const path = from instanceof File ? from.name : (from ?? FAKE_RECORDINGS[0]?.path ?? '')
    const found = fakeRecording(path)
    if (found === undefined) return Promise.resolve(failure(damaged(path)))
    this.#runs.splice(0).forEach((run) => run.dispose())
    const options = { ...this.#options, ...found.options }
    const run = new FakeRun(`fake-${Date.now()}`, found.request, ENVIRONMENT, options)
    this.#runs.push(run)
    return Promise.resolve(success(run.info))
  }

  onOpened(listener: (opened: Result<RunInfo, Refusal>) => void): Disposable {
    return this.opened.on(listener)
  }

  guests(): Promise<readonly RunInfo[]> {
    if (this.#unreachable) return Promise.reject(new Error('No answer from the fake host.'))
    return Promise.resolve(this.#guests.map((run) => run.info))
  }

  openGuest(path: string): Promise<Result<RunInfo, Refusal>> {
    const there = this.#guests.find(({ info }) => info.status.recording?.path === path)
    if (there !== undefined) return Promise.resolve(success(there.info))
    const found = fakeRecording(path)
    if (found === undefined) return Promise.resolve(failure(damaged(path)))
    if (this.#guests.length >= MOST_GUESTS)
      return Promise.resolve(
        failure(refusal('environment', 'Too many recordings are open.', 'Take one out first.')),
      )
    const options = { ...this.#options, ...found.options }
    const run = new FakeRun(`guest-${++this.#opened}`, found.request, ENVIRONMENT, options)
    this.#guests.push(run)
    return Promise.resolve(success(run.info))
  }

  closeGuest(id: string): Promise<void> {
    const at = this.#guests.findIndex(({ info }) => info.id === id)
    if (at >= 0) this.#guests.splice(at, 1).forEach((run) => run.dispose())
    return Promise.resolve()
  }

  stop(id: string): Promise<void> {
    this.#runs.find((run) => run.info.id === id)?.stop()
    return Promise.resolve()
  }

  attach(id: string): Promise<RunPort> {
    const run = [...this.#runs, ...this.#guests].find((each) => each.info.id === id)
    if (run === undefined || this.#unreachable)
      return Promise.reject(new Error(`There is no run ${id}.`))
    return Promise.resolve(run.attach())
  }

  save(file: ExportedFile): Promise<SaveOutcome> {
    this.saved.push(file)
    return Promise.resolve(this.saving ?? { outcome: 'saved', where: `Downloads/${file.name}` })
  }

  onCommand(listener: (command: HostCommand) => void): Disposable {
    return this.commands.on(listener)
  }

  /** The run's process dies; the host stays. */
  crash(): void {
    this.#runs.at(-1)?.die()
  }

  /** The process of the recording that was opened last beside it dies. */
  crashGuest(): void {
    this.#guests.at(-1)?.die()
  }

  /** Nothing answers any more. */
  disconnect(): void {
    this.#unreachable = true
    this.dropPorts()
  }

  /** Only the ports close; the host can be asked again. */
  dropPorts(): void {
    for (const run of [...this.#runs, ...this.#guests]) run.closePorts()
  }

  dispose(): void {
    for (const run of [...this.#runs, ...this.#guests]) run.dispose()
  }
}

/** Reads `speed`, `failAt`, `loseAt` and `refuse` from the page's address. */
export function fakeHost(search: URLSearchParams): FakeHost {
  const number = (name: string) => (search.has(name) ? Number(search.get(name)) : undefined)
  const [speed, failAt, loseAt] = [number('speed'), number('failAt'), number('loseAt')]
  return new FakeHost({
    ...(speed !== undefined && { speed }),
    ...(failAt !== undefined && { failAt }),
    ...(loseAt !== undefined && { loseAt }),
    refuse: search.has('refuse'),
  })
}
