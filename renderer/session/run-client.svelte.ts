import { Disposables, type Disposable } from '../../main/core/disposables.ts'
import { Emitter } from '../../main/core/emitter.ts'
import type {
  Answer,
  Query,
  QueryName,
  RunStatus,
  ToRun,
  TrackInfo,
} from '../../main/run/contract.ts'
import { decodeFromRun, encodeMessage } from '../../main/run/wire.ts'
import type { RunPort } from '../hosts/host.ts'
import { PendingAnswers } from './pending.ts'

/** Milliseconds. Generous: a query of a large recording on a busy machine is slow, not lost. */
const ANSWER_TIMEOUT = 10_000

/** One end of a run's data port: asks queries, and keeps the newest status and rows. */
export class RunClient implements Disposable {
  #status = $state.raw<RunStatus>()
  #tracks = $state.raw<readonly TrackInfo[]>([])
  #isOpen = $state(true)
  readonly #port: RunPort
  readonly #pending = new PendingAnswers()
  readonly #owned = new Disposables()
  readonly onStatus = new Emitter<RunStatus>()
  readonly onTracks = new Emitter<readonly TrackInfo[]>()
  /** The port closed by itself: not after `dispose`. */
  readonly onLost = new Emitter<void>()

  constructor(port: RunPort) {
    this.#port = this.#owned.add(port)
    this.#owned.add(port.onMessage((bytes) => this.#receive(bytes)))
    this.#owned.add(
      port.onClose(() => {
        if (!this.#isOpen) return
        this.#close('The connection to the run was lost.')
        this.onLost.emit()
      }),
    )
  }

  /** Undefined until the run has told it, which it does at once. */
  get status(): RunStatus | undefined {
    return this.#status
  }

  get tracks(): readonly TrackInfo[] {
    return this.#tracks
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Rejects with NoAnswer. `timeout` in milliseconds. */
  ask<Name extends QueryName>(
    name: Name,
    query: Query<Name>,
    timeout: number = ANSWER_TIMEOUT,
  ): Promise<Answer<Name>> {
    const answer = this.#pending.ask(name, timeout, (id) =>
      // Name and query belong together by this method's type; a union cannot say so.
      this.#port.send(encodeMessage({ type: 'query', id, name, query } as ToRun)),
    )
    // The run answers a query with the type that contract.ts pairs it with.
    return answer as Promise<Answer<Name>>
  }

  dispose(): void {
    this.#close('The run was closed.')
    this.#owned.dispose()
  }

  #close(why: string): void {
    this.#isOpen = false
    this.#pending.close(why)
  }

  #receive(bytes: Uint8Array): void {
    const message = decodeFromRun(bytes)
    switch (message.type) {
      case 'answer':
        this.#pending.answer(message.id, message.answer)
        return
      case 'refused':
        this.#pending.refuse(message.id, message.message)
        return
      case 'status':
        this.#status = message.status
        this.onStatus.emit(message.status)
        return
      case 'tracks':
        this.#tracks = message.tracks
        this.onTracks.emit(message.tracks)
    }
  }
}
