/**
 * What a session puts aside while a recording is replayed from its events: a file in the temporary
 * folder. It has no name once it is open, so nothing of it is left however this process ends.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { joined } from '../ilv/bytes.ts'
import { ChunkKind, encodeChunkHeader, Encoding } from '../ilv/chunk.ts'
import { Directory } from '../ilv/directory.ts'
import type { SegmentDraft, SegmentStore } from '../store/segment.ts'
import { KeptSegments } from './kept-segments.ts'
import { readBody, readHead } from './segment-file.ts'

/** Segments are gathered to writes of so many bytes. */
const WRITE_BYTES = 2 ** 20
const LEVEL = 1

export class ScratchSegments implements SegmentStore {
  /** Made when there is enough to be written: most recordings fit into memory. */
  #fd: number | undefined
  #folder: string | undefined
  readonly #directory = new Directory()
  readonly #kept = new KeptSegments()
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #released = 0
  #written = 0
  #hasFailed = false

  put({ stream, count, first, last, head, body }: SegmentDraft): number {
    const segment = this.#directory.length
    this.#kept.add(segment, head, body)
    const offset = this.#written + this.#waitingBytes
    const stored = body.length > 0 ? deflateRawSync(body, { level: LEVEL }) : body
    const label = { kind: ChunkKind.segment, source: stream, count, first, last, watermark: last }
    const encoding = body.length > 0 ? Encoding.deflated : Encoding.asIs
    const header = encodeChunkHeader(label, stored, encoding, body.length, head)
    this.#directory.add({
      ...{ offset, headBytes: head.length, bodyBytes: stored.length },
      ...{ stream, count, first, last },
    })
    if (this.#hasFailed) return segment
    this.#waiting.push(header, head, stored)
    this.#waitingBytes += header.length + head.length + stored.length
    if (this.#waitingBytes >= WRITE_BYTES) this.#write()
    return segment
  }

  head(segment: number): Uint8Array | undefined {
    const entry = this.#directory.at(segment)
    const fd = this.#fd
    return this.#kept.head(segment) ?? (entry && fd !== undefined ? readHead(fd, entry) : undefined)
  }

  body(segment: number): Uint8Array | undefined {
    const entry = this.#directory.at(segment)
    const fd = this.#fd
    return this.#kept.body(segment) ?? (entry && fd !== undefined ? readBody(fd, entry) : undefined)
  }

  dispose(): void {
    // A number that the system may give to another file must not be read from.
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
    this.#removeFolder()
  }

  #write(): void {
    const bytes = joined(this.#waiting)
    try {
      const fd = (this.#fd ??= this.#create())
      for (let at = 0; at < bytes.length;)
        at += writeSync(fd, bytes, at, bytes.length - at, this.#written + at)
    } catch {
      // The newest segments stay in memory; what is older can be seen from afar only.
      this.#hasFailed = true
      this.#waiting = []
      this.#kept.strand()
      return
    }
    this.#written += bytes.length
    this.#waiting = []
    this.#waitingBytes = 0
    while (this.#released < this.#directory.length) this.#kept.release(this.#released++)
  }

  #create(): number {
    this.#folder = mkdtempSync(join(tmpdir(), 'interleave-scratch-'))
    const fd = openSync(join(this.#folder, 'segments'), 'wx+', 0o600)
    this.#removeFolder()
    return fd
  }

  /** Where a file that is open cannot be removed, it goes when it is closed. */
  #removeFolder(): void {
    if (this.#folder === undefined) return
    try {
      rmSync(this.#folder, { recursive: true, force: true })
    } catch {
      // Tried again by `dispose`; the system empties its temporary folder in the end.
    }
  }
}
