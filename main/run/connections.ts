import type { Answer, FromRun, Query, QueryName, RunStatus, TrackInfo } from './contract.ts'
import type { HostChannel, NativePort } from './host-channel.ts'
import { decodeToRun, encodeMessage } from './wire.ts'

/** Answers the questions of all connections; what it throws is sent back as a refusal. */
export type Answering = <Name extends QueryName>(name: Name, query: Query<Name>) => Answer<Name>

interface Connection {
  send(bytes: Uint8Array): void
  close(): void
}

/**
 * The data ports open to this run: each gets the status and the tracks at once and whenever they
 * change, and answers to its own questions. A client that does not read asks nothing, so the only
 * messages that could pile up for it are statuses, at most ten a second.
 */
export class Connections {
  readonly #connections = new Map<number, Connection>()
  readonly #answer: Answering
  #status: RunStatus | undefined
  #tracks: readonly TrackInfo[] = []

  constructor(answer: Answering) {
    this.#answer = answer
  }

  /** A port relayed by the host, message by message. */
  attachRelayed(connection: number, channel: HostChannel): void {
    this.#attach(connection, {
      send: (bytes) => channel.post({ type: 'data', connection, bytes }),
      close: () => undefined,
    })
  }

  /** A native port (Electron). */
  attachNative(connection: number, port: NativePort): void {
    port.on('message', ({ data }) => {
      if (data instanceof Uint8Array) this.receive(connection, data)
    })
    port.on('close', () => this.detach(connection))
    this.#attach(connection, {
      send: (bytes) => port.postMessage(bytes),
      close: () => port.close(),
    })
    port.start()
  }

  detach(connection: number): void {
    this.#connections.get(connection)?.close()
    this.#connections.delete(connection)
  }

  /** A message from a client: a wrong one is refused and changes nothing. */
  receive(connection: number, bytes: Uint8Array): void {
    const to = this.#connections.get(connection)
    if (to === undefined) return
    let id = 0
    try {
      const { name, query, id: asked } = decodeToRun(bytes)
      id = asked
      to.send(encodeMessage({ type: 'answer', id, answer: this.#answer(name, query) }))
    } catch (error) {
      to.send(encodeMessage({ type: 'refused', id, message: String(error) }))
    }
  }

  setStatus(status: RunStatus): void {
    this.#status = status
    this.#broadcast({ type: 'status', status })
  }

  setTracks(tracks: readonly TrackInfo[]): void {
    this.#tracks = tracks
    this.#broadcast({ type: 'tracks', tracks })
  }

  #attach(connection: number, to: Connection): void {
    this.#connections.set(connection, to)
    if (this.#status !== undefined) to.send(encodeMessage({ type: 'status', status: this.#status }))
    to.send(encodeMessage({ type: 'tracks', tracks: this.#tracks }))
  }

  #broadcast(message: FromRun): void {
    if (this.#connections.size === 0) return
    const bytes = encodeMessage(message)
    for (const connection of this.#connections.values()) connection.send(bytes)
  }
}
