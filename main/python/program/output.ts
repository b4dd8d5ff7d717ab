/** Standard output and standard errors of one program: lines with their time, within a budget. */
import { formatCount } from '../../core/figures-format.ts'
import { OutputStream } from '../../trace/model.ts'
import { LineSplitter } from './lines.ts'

/** Kept of one program, both streams together. The rest is read, counted and forgotten. */
export const KEPT_OUTPUT_BYTES = 16 * 2 ** 20
/** Of standard errors beginning and end are always kept: they say why a program failed. */
const LAST_WORDS_BYTES = 16_384
/** Eight workers that fail at once write their tracebacks into each other. */
const FIRST_WORDS_BYTES = 65_536
/** What CPython writes first about an exception that nobody catches. */
const TRACEBACK = 'Traceback (most recent call last)'
/** What multiprocessing says in a process that imports a program without a main guard. */
export const NO_GUARD = 'An attempt has been made to start a new process before'
const BYTES_PER_MEBIBYTE = 2 ** 20

export interface ProgramOutputOptions {
  /** CLOCK_MONOTONIC nanoseconds of when it was read. */
  readonly now: () => bigint
  /** `hasNewline`: as LineSplitter tells it. */
  readonly onLine: (stream: OutputStream, text: string, time: bigint, hasNewline: boolean) => void
  /** Default KEPT_OUTPUT_BYTES. */
  readonly budget?: number
}

export class ProgramOutput {
  readonly #now: () => bigint
  readonly #budget: number
  readonly #splitters: ReadonlyMap<OutputStream, LineSplitter>
  #time = 0n
  #bytes = 0
  #firstWords: Buffer = Buffer.alloc(0)
  #lastWords: Buffer = Buffer.alloc(0)

  constructor({ now, onLine, budget = KEPT_OUTPUT_BYTES }: ProgramOutputOptions) {
    this.#now = now
    this.#budget = budget
    const splitter = (stream: OutputStream) =>
      [
        stream,
        new LineSplitter((text, hasNewline) => onLine(stream, text, this.#time, hasNewline)),
      ] as const
    this.#splitters = new Map([splitter(OutputStream.out), splitter(OutputStream.error)])
  }

  /** Printed so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** A thread or process of it has ended with an exception, in all likelihood. */
  get hasTraceback(): boolean {
    return this.#firstWords.includes(TRACEBACK)
  }

  get hasNoGuard(): boolean {
    return this.#firstWords.includes(NO_GUARD)
  }

  /** The beginning of what was written to standard errors. */
  get firstWords(): string {
    return this.#firstWords.toString('utf8')
  }

  /** The end of what was written to standard errors. */
  get lastWords(): string {
    return this.#lastWords.toString('utf8')
  }

  /** Why not all of it is kept; undefined: it is. */
  get limit(): string | undefined {
    if (this.#bytes <= this.#budget) return undefined
    const mebibytes = (bytes: number) => formatCount(Math.ceil(bytes / BYTES_PER_MEBIBYTE))
    return `Of what the program printed, the first ${mebibytes(this.#budget)} MiB are kept; it printed ${mebibytes(this.#bytes)} MiB.`
  }

  take(stream: OutputStream, chunk: Buffer): void {
    const room = this.#budget - this.#bytes
    this.#bytes += chunk.length
    if (stream === OutputStream.error) this.#remember(chunk)
    if (room <= 0) return
    this.#time = this.#now()
    this.#splitters.get(stream)?.take(chunk.length > room ? chunk.subarray(0, room) : chunk)
  }

  /** Both streams have ended. */
  flush(): void {
    this.#time = this.#now()
    for (const splitter of this.#splitters.values()) splitter.flush()
  }

  #remember(chunk: Buffer): void {
    const room = FIRST_WORDS_BYTES - this.#firstWords.length
    if (room > 0) this.#firstWords = Buffer.concat([this.#firstWords, chunk.subarray(0, room)])
    this.#lastWords =
      chunk.length >= LAST_WORDS_BYTES
        ? Buffer.from(chunk.subarray(-LAST_WORDS_BYTES))
        : Buffer.concat([this.#lastWords, chunk]).subarray(-LAST_WORDS_BYTES)
  }
}
