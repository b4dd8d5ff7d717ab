import type { Answer, FromRun, Query, QueryName, RunStatus, TrackInfo } from './contract.ts'
import type { HostChannel, NativePort } from './host-channel.ts'
import { decodeToRun, encodeMessage } from './wire.ts'

/** Answers the questions of all connections; what it throws is sent back as a refusal. */
export type Answering = <Name extends QueryName>(name: Name, query: Query<Name>) => Answer<Name>

/** A client that has more of them open does not wait for answers, and is cut off. */
const MOST_QUESTIONS = 4_096

interface Connection {
  send(bytes: Uint8Array): void
  close(): void
}

/**
 * The data ports open to this run: each gets the status and the tracks at once and whenever they
 * change, and answers to its own questions. A client that does not read asks nothing, so the only
 * messages that could pile up for it are statuses, at most ten a second. However much a client
 * asks, the event loop has time for the rings and for the wish to stop between two answers.
 */
export class Connections {
  readonly #connections = new Map<number, Connection>()
  readonly #answer: Answering
  readonly #questions: { readonly connection: number; readonly bytes: Uint8Array }[] = []
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

  /** A question from a client. It waits its turn: one is answered in each turn of the event loop. */
  receive(connection: number, bytes: Uint8Array): void {
    if (!this.#connections.has(connection)) return
    if (this.#questions.length >= MOST_QUESTIONS) return this.detach(connection)
    this.#questions.push({ connection, bytes })
    if (this.#questions.length === 1) setImmediate(() => this.#answerNext())
  }

  setStatus(status: RunStatus): void {
    this.#status = status
    this.#broadcast({ type: 'status', status })
  }

  setTracks(tracks: readonly TrackInfo[]): void {
    this.#tracks = tracks
    this.#broadcast({ type: 'tracks', tracks })
  }

  /** A wrong question is refused and changes nothing. */
  #answerNext(): void {
    const question = this.#questions.shift()
    if (question === undefined) return
    if (this.#questions.length > 0) setImmediate(() => this.#answerNext())
    const to = this.#connections.get(question.connection)
    if (to === undefined) return
    let id = 0
    try {
      const { name, query, id: asked } = decodeToRun(question.bytes)
      id = asked
      to.send(encodeMessage({ type: 'answer', id, answer: this.#answer(name, query) }))
    } catch (error) {
      to.send(encodeMessage({ type: 'refused', id, message: String(error) }))
    }
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
