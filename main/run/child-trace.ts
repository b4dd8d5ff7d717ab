/** Sends what the threads of a child process record to the runner, in rounds. */
import type { FrameWriter } from '../multiprocessing/frames.ts'
import { writeMessage } from '../multiprocessing/message-codec.ts'
import { RingSource } from '../trace/ring-source.ts'
import type { TraceSource } from './thread-host.ts'

const NOTHING = new Uint8Array(0)

export class ChildTrace {
  readonly #writer: FrameWriter
  readonly #sources = new Map<number, RingSource>()

  constructor(writer: FrameWriter) {
    this.#writer = writer
  }

  add({ id, ring }: TraceSource): void {
    this.#sources.set(id, new RingSource(ring))
  }

  /**
   * One round: every source says up to when it has said everything, even if that is nothing. None
   * while the runner is behind: the rings hold the events, or count what they drop.
   */
  drain(): void {
    if (this.#writer.isCongested) return
    for (const [source, ring] of this.#sources) {
      // Before the drain: what is published later has a later time.
      const watermark = process.hrtime.bigint()
      const records = ring.take() ?? NOTHING
      writeMessage(this.#writer, { type: 'trace', source, watermark, records })
    }
  }
}
