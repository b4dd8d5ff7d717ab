import { disposable, Disposables, type Disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import {
  isOver,
  type RunInfo,
  type RunRequest,
  type RunStatus,
  type RunSummary,
  type TablesAnswer,
  type TrackInfo,
} from '../../main/run/contract.ts'
import type { RunPort } from '../hosts/host.ts'
import { OutputLog } from './output-log.svelte.ts'
import { RunClient } from './run-client.svelte.ts'

/** Milliseconds between two fetches of what is visible, while the run goes on. */
const FETCH_INTERVAL = 250

/**
 * - `open`: the run can be asked
 * - `lost`: the connection broke while the run went on
 * - `closed`: the run is over and its process is no longer held; what was fetched is kept
 */
export type Connection = 'open' | 'lost' | 'closed'

/** One run as this window knows it. */
export class DemoRun implements Disposable {
  readonly id: string
  readonly request: RunRequest
  readonly output = new OutputLog()
  /** Fires once: the run is over and its summary (if it could give one) is here. */
  readonly onOver = new Emitter<RunSummary | undefined>()
  /** The connection broke before the run was over. */
  readonly onLost = new Emitter<void>()
  /** This window has let go of it, be it over or not. */
  readonly onDisposed = new Emitter<void>()
  #status = $state.raw<RunStatus>() as RunStatus
  #client = $state.raw<RunClient>()
  #connection = $state<Connection>('closed')
  #summary = $state.raw<RunSummary>()
  #tables = $state.raw<TablesAnswer>()
  #tracks = $state.raw<readonly TrackInfo[]>([])
  #announced = false
  readonly #watches = new Set<() => void>()
  #connected = new Disposables()

  constructor(info: RunInfo) {
    this.id = info.id
    this.request = info.status.request
    this.#status = info.status
  }

  get status(): RunStatus {
    return this.#status
  }
  get isOver(): boolean {
    return isOver(this.#status.state)
  }
  get connection(): Connection {
    return this.#connection
  }
  /** Undefined while the run cannot be asked. */
  get client(): RunClient | undefined {
    return this.#client
  }
  /** Once the run is over. */
  get summary(): RunSummary | undefined {
    return this.#summary
  }
  get tables(): TablesAnswer | undefined {
    return this.#tables
  }
  get tracks(): readonly TrackInfo[] {
    return this.#tracks
  }

  attach(port: RunPort): void {
    this.#connected.dispose()
    this.#connected = new Disposables()
    const client = this.#connected.add(new RunClient(port))
    this.#connected.add(client.onStatus.on((status) => this.setStatus(status)))
    this.#connected.add(client.onTracks.on((tracks) => (this.#tracks = tracks)))
    this.#connected.add(client.onLost.on(() => this.#disconnected()))
    this.#client = client
    this.#connection = 'open'
    this.#refetch()
  }

  /** Also for what the host knows of a run whose process is gone. */
  setStatus(status: RunStatus): void {
    this.#status = status
    if (!this.isOver || this.#announced) return
    this.#announced = true
    void this.#conclude()
  }

  /** Gives up on a run that cannot be reached any more. */
  lose(): void {
    this.#connection = 'lost'
    this.setStatus({
      ...this.#status,
      state: 'failed',
      failure: {
        headline: 'The connection to the run was lost.',
        kept: `Shown is what had arrived by then, ${this.#status.events === 0 ? 'no events' : 'up to the last update'}.`,
        remedy:
          'Run it again. If the program that serves this window has ended, start it again first.',
        detail: '',
      },
    })
  }

  /**
   * Runs `fetch` at once, again every FETCH_INTERVAL while the run goes on, and once more when it
   * is over: never two at a time, and not while there is no connection.
   */
  watch(fetch: (client: RunClient) => Promise<void>): Disposable {
    let timer: ReturnType<typeof setTimeout> | undefined
    let busy = false
    let again = false
    let ended = false
    const round = async (): Promise<void> => {
      clearTimeout(timer)
      again = busy
      const client = this.#client
      if (busy || ended || client === undefined) return
      busy = true
      // Not answered: the connection's own state says why, and the next round tries again.
      await fetch(client).catch(() => undefined)
      busy = false
      if (again) return round()
      if (!ended && !this.isOver) timer = setTimeout(() => void round(), FETCH_INTERVAL)
    }
    const refetch = () => void round()
    this.#watches.add(refetch)
    refetch()
    return disposable(() => {
      ended = true
      clearTimeout(timer)
      this.#watches.delete(refetch)
    })
  }

  watchTables(): Disposable {
    return this.watch(async (client) => {
      this.#tables = await client.ask('tables', {})
    })
  }

  watchOutput(): Disposable {
    return this.watch(async (client) => {
      const fetchMore = async () => {
        const after = this.output.fetched
        return this.output.take(await client.ask('output', { after }), after)
      }
      while (await fetchMore());
    })
  }

  /** Ends the connection, not the run. */
  dispose(): void {
    this.#connected.dispose()
    this.#client = undefined
    this.#connection = 'closed'
    this.onDisposed.emit()
  }

  #refetch(): void {
    for (const refetch of [...this.#watches]) refetch()
  }

  async #conclude(): Promise<void> {
    const summary = await this.#client?.ask('summary', {}).catch(() => undefined)
    if (summary) {
      this.#summary = summary
      this.#tables = summary.tables
    }
    this.#refetch()
    this.onOver.emit(summary ?? undefined)
  }

  #disconnected(): void {
    this.#client = undefined
    this.#connection = this.isOver ? 'closed' : 'lost'
    if (this.#connection === 'lost') this.onLost.emit()
  }
}
