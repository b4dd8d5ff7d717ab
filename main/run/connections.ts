import type { Answer, Query, QueryName, RunStatus, TrackInfo } from './contract.ts'
import type { HostChannel, NativePort } from './host-channel.ts'
import { decodeToRun, encodeMessage } from './wire.ts'

/** Answers the questions of all connections; what it throws is sent back as a refusal. */
export type Answering = <Name extends QueryName>(name: Name, query: Query<Name>) => Answer<Name>

/** A client that has more of them open, or more bytes, does not wait for answers, and is cut off. */
const MOST_QUESTIONS = 256
const MOST_QUESTION_BYTES = 2 ** 20
/**
 * To a client that asks nothing for so many statuses (a minute of a run) none is sent but a change
 * of state: its window may stand still, and what it does not read waits in this process's memory.
 */
const MOST_UNASKED = 600

interface Port {
  send(bytes: Uint8Array): void
  close(): void
}

interface Connection extends Port {
  readonly questions: Uint8Array[]
  questionBytes: number
  /** Statuses since its last question. */
  unasked: number
}

/**
 * The data ports open to this run: each gets the status and the tracks at once and whenever they
 * change, and answers to its own questions. However many clients ask, and however much: in each turn
 * of the event loop one question is answered, of one client after the other. So the rings are
 * drained in time, a wish to stop is heard, and nobody is kept waiting by somebody else's flood.
 */
export class Connections {
  readonly #connections = new Map<number, Connection>()
  readonly #answer: Answering
  /** Those that have a question, in the order of their turns. */
  readonly #asking = new Set<number>()
  #isScheduled = false
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
    this.#asking.delete(connection)
  }

  /** A question from a client. It waits for its turn. */
  receive(connection: number, bytes: Uint8Array): void {
    const from = this.#connections.get(connection)
    if (from === undefined) return
    from.questions.push(bytes)
    from.questionBytes += bytes.length
    if (from.questions.length > MOST_QUESTIONS || from.questionBytes > MOST_QUESTION_BYTES)
      return this.detach(connection)
    if (from.unasked > MOST_UNASKED) this.#tellStatus(from)
    from.unasked = 0
    this.#asking.add(connection)
    this.#schedule()
  }

  setStatus(status: RunStatus): void {
    const isChange = status.state !== this.#status?.state
    this.#status = status
    if (this.#connections.size === 0) return
    const bytes = encodeMessage({ type: 'status', status })
    for (const to of this.#connections.values())
      if (isChange || ++to.unasked <= MOST_UNASKED) to.send(bytes)
  }

  setTracks(tracks: readonly TrackInfo[]): void {
    this.#tracks = tracks
    if (this.#connections.size === 0) return
    const bytes = encodeMessage({ type: 'tracks', tracks })
    for (const connection of this.#connections.values()) connection.send(bytes)
  }

  /** The next one comes in the next turn of the event loop, and timers before it. */
  #schedule(): void {
    if (this.#isScheduled || this.#asking.size === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#answerNext()
    })
  }

  #answerNext(): void {
    const [connection] = this.#asking
    if (connection === undefined) return
    // Behind all others that have asked, if it has another question.
    this.#asking.delete(connection)
    const from = this.#connections.get(connection)
    const question = from?.questions.shift()
    if (from !== undefined && from.questions.length > 0) this.#asking.add(connection)
    this.#schedule()
    if (from === undefined || question === undefined) return
    from.questionBytes -= question.length
    from.send(this.#answerTo(question))
  }

  /** A wrong question is refused and changes nothing. */
  #answerTo(question: Uint8Array): Uint8Array {
    let id = 0
    try {
      const { name, query, id: asked } = decodeToRun(question)
      id = asked
      return encodeMessage({ type: 'answer', id, answer: this.#answer(name, query) })
    } catch (error) {
      return encodeMessage({ type: 'refused', id, message: String(error) })
    }
  }

  #attach(connection: number, port: Port): void {
    const to: Connection = { ...port, questions: [], questionBytes: 0, unasked: 0 }
    this.#connections.set(connection, to)
    this.#tellStatus(to)
    to.send(encodeMessage({ type: 'tracks', tracks: this.#tracks }))
  }

  #tellStatus(to: Connection): void {
    if (this.#status !== undefined) to.send(encodeMessage({ type: 'status', status: this.#status }))
  }
}
