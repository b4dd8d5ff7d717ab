/** Replays a recording that is whole and compares what comes out with what the run has stored. */
import { failure, success, type Result } from '../../core/result.ts'
import { ChunkKind } from '../ilv/chunk.ts'
import type { Directory } from '../ilv/directory.ts'
import { RecordingError } from '../ilv/errors.ts'
import { TraceSession } from '../session.ts'
import type { SegmentDraft, SegmentStore } from '../store/segment.ts'
import { readThrough, type ReadOptions } from './read-through.ts'
import { RecordingFile } from './recording-file.ts'
import { directoryOf } from './recording-reader.ts'
import { ScratchSegments } from './scratch-segments.ts'
import { FileSegments } from './segment-file.ts'

export interface Rebuilt {
  readonly events: number
  readonly segments: number
  /** What is not as it was stored, in one sentence; undefined: everything is, byte for byte. */
  readonly differs: string | undefined
}

/** A failure says why the recording cannot be read, and at which byte. */
export async function rebuild(
  path: string,
  options?: ReadOptions,
): Promise<Result<Rebuilt, RecordingError>> {
  let file: RecordingFile | undefined
  let segments: ComparedSegments | undefined
  try {
    file = RecordingFile.open(path)
    const trailer = file.trailer()
    if (!trailer || trailer.state === 0)
      return success({ events: 0, segments: 0, differs: 'The file has no figures stored with it.' })
    if (!file.isCurrent)
      return success({
        events: 0,
        segments: 0,
        differs: `The file has format version ${file.version}: its figures are worked out from its events each time it is opened, and those stored with it are not used.`,
      })
    segments = new ComparedSegments(file, directoryOf(file, trailer))
    const session = new TraceSession({ now: () => 0n, segments })
    await readThrough(file, session.replay, options)
    const state = file.contentAt(trailer.state, ChunkKind.state)
    const isSame = Buffer.compare(state, session.snapshot()) === 0
    const { events } = session.status()
    session.dispose()
    const differs =
      segments.differs ??
      (isSame ? undefined : `The state that begins at byte ${trailer.state} is another.`)
    return success({ events, segments: segments.count, differs })
  } catch (error) {
    if (error instanceof RecordingError) return failure(error)
    throw error
  } finally {
    segments?.dispose()
    file?.close()
  }
}

class ComparedSegments implements SegmentStore {
  /** The first difference. */
  #differs: string | undefined
  #count = 0
  readonly #directory: Directory
  readonly #stored: FileSegments
  readonly #scratch = new ScratchSegments()

  constructor(file: RecordingFile, directory: Directory) {
    this.#directory = directory
    this.#stored = new FileSegments(file, directory)
  }

  get count(): number {
    return this.#count
  }

  get differs(): string | undefined {
    const { length } = this.#directory
    if (this.#count < length)
      return this.#differs ?? `${this.#count} segments came out, ${length} are stored.`
    return this.#differs
  }

  put(draft: SegmentDraft): number {
    const segment = this.#scratch.put(draft)
    this.#count++
    if (!this.#isStored(segment, draft)) {
      const offset = this.#directory.at(segment)?.offset
      this.#differs ??=
        offset === undefined
          ? `More segments came out than the ${segment} that are stored.`
          : `Segment ${segment}, which begins at byte ${offset}, is another.`
    }
    return segment
  }

  head(segment: number): Uint8Array | undefined {
    return this.#scratch.head(segment)
  }

  body(segment: number): Uint8Array | undefined {
    return this.#scratch.body(segment)
  }

  dispose(): void {
    this.#scratch.dispose()
  }

  #isStored(segment: number, draft: SegmentDraft): boolean {
    const entry = this.#directory.at(segment)
    const head = this.#stored.head(segment)
    const body = this.#stored.body(segment)
    if (!entry || !head || !body) return false
    const { stream, count, first, last } = entry
    return (
      stream === draft.stream &&
      count === draft.count &&
      first === draft.first &&
      last === draft.last &&
      Buffer.compare(head, draft.head) === 0 &&
      Buffer.compare(body, draft.body) === 0
    )
  }
}
