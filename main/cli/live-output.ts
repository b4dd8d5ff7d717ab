import type { Answer, OutputLine } from '../run/contract.ts'
import { decodeFromRun, encodeMessage } from '../run/wire.ts'
import type { RelayedPort } from '../run/service.ts'

/** Often enough for somebody who reads along. */
const EVERY_MILLISECONDS = 40
/** The run's process answers at once, or not any more. */
const TIMEOUT_MILLISECONDS = 10_000

/**
 * What a run prints, line by line, while it prints it. A question is asked when the one before was
 * answered, so a slow reader gets no queue.
 */
export class LiveOutput {
  readonly #port: RelayedPort
  readonly #deliver: (line: OutputLine) => void
  #seen = 0
  #id = 0
  #isOver = false
  #isClosed = false
  #answered: ((answer: Answer<'output'> | undefined) => void) | undefined
  readonly #done: Promise<void>
  #wake: (() => void) | undefined

  constructor(port: RelayedPort, deliver: (line: OutputLine) => void) {
    this.#port = port
    this.#deliver = deliver
    port.onMessage((bytes) => {
      const message = decodeFromRun(bytes)
      if (message.type !== 'answer' && message.type !== 'refused') return
      if (message.id !== this.#id) return
      // `output` answers this: contract.ts, Queries.
      this.#answered?.(message.type === 'answer' ? (message.answer as Answer<'output'>) : undefined)
    })
    port.onClose(() => {
      this.#isOver = this.#isClosed = true
      this.#answered?.(undefined)
      this.#wake?.()
    })
    this.#done = this.#follow()
  }

  /** Once the run is over: resolves when all that it has printed was delivered. */
  async finish(): Promise<void> {
    this.#isOver = true
    this.#wake?.()
    await this.#done
    this.#port.dispose()
  }

  async #follow(): Promise<void> {
    for (;;) {
      // Looked at first: what was printed before the end is asked for after it.
      const wasOver = this.#isOver
      const answer = await this.#ask()
      for (const line of answer?.lines ?? []) this.#deliver(line)
      this.#seen += answer?.lines.length ?? 0
      const isBehind = answer !== undefined && this.#seen < answer.total && answer.lines.length > 0
      if (isBehind) continue
      if (wasOver) return
      if (!this.#isOver) await this.#pause()
    }
  }

  #ask(): Promise<Answer<'output'> | undefined> {
    // Nobody is left to answer.
    if (this.#isClosed) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answered?.(undefined), TIMEOUT_MILLISECONDS)
      this.#answered = (answer) => {
        clearTimeout(timer)
        this.#answered = undefined
        resolve(answer)
      }
      const query = { after: this.#seen }
      this.#port.send(encodeMessage({ type: 'query', id: ++this.#id, name: 'output', query }))
    })
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, EVERY_MILLISECONDS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
