/**
 * Items too large for rings and sockets: the putting thread writes them into a file in memory, and
 * only where they are travels through the broker. Several times as fast (npm run bench), because a
 * file in memory is copied to and from at the speed of memory, by the threads that want to.
 *
 * A process has one file for each queue, and uses its chunks again and again: a new page costs as
 * much as copying it twice (measured). Only the process writes items into it; whoever gets one
 * frees its chunks. So both sides work on the file without a lock between processes:
 *
 * | bytes      | content                                                                      |
 * |------------|------------------------------------------------------------------------------|
 * | 0-3        | 1: the writing process is gone; whoever frees the last chunk removes the file |
 * | 8-15       | length of the item that is being written; 0: none is                           |
 * | 16-23      | how much of it was written, in parts of 1 MiB                                 |
 * | 4096-12287 | for each chunk: token of the item in it, or 0                                 |
 * | 12288-     | the chunks                                                                    |
 */
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { PartialFrame } from '../frames.ts'

/** From this length on an item goes through a file. */
export const LARGE_BYTES = 64 * 1024
const CHUNK_BYTES = 64 * 1024
/** What one file may hold: 128 MiB. An item may have half of it. */
const CHUNKS = 2048
/** Up to here a file grows at once; beyond, when a short wait has not helped. */
const FIRST_CHUNKS = 256
const MAX_LARGE_BYTES = (CHUNKS / 2) * CHUNK_BYTES
const GONE_OFFSET = 0
const PROGRESS_OFFSET = 8
const TABLE_OFFSET = 4096
const DATA_OFFSET = TABLE_OFFSET + CHUNKS * 4
/** A killed process's item is known in parts of this size. */
const PART_BYTES = 2 ** 20

const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants

/** Where an item is. */
export interface LargePlace {
  readonly process: number
  readonly chunk: number
  readonly length: number
}

export const isLarge = (length: number): boolean =>
  length >= LARGE_BYTES && length <= MAX_LARGE_BYTES

const nameOf = (queue: number, process: number): string => `${queue}-${process}`
export const largeFile = (folder: string, queue: number, process: number): string =>
  join(folder, nameOf(queue, process))

/** 0 marks a free chunk. */
const tokenOf = (itemId: number): number => itemId || 0xffff_ffff
const chunksOf = (length: number): number => Math.ceil(length / CHUNK_BYTES)

const table = new Uint32Array(CHUNKS)
/** Announced and written, in bytes. */
const progress = new Float64Array(2)

/**
 * Writes an item. Only one thread of a process at a time for the same file.
 * @param grows the file may become larger than 16 MiB, or four such items, for it.
 * @returns its first chunk; undefined: there is no room now, or the system refuses.
 */
export function storeLarge(
  file: string,
  itemId: number,
  bytes: Uint8Array,
  length: number,
  grows = true,
): number | undefined {
  let fd: number | undefined
  try {
    fd = openSync(file, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
    // What is missing in a file that is new reads as 0.
    table.fill(0)
    readSync(fd, table, 0, CHUNKS * 4, TABLE_OFFSET)
    const count = chunksOf(length)
    const chunk = findFree(count, grows ? CHUNKS : Math.max(FIRST_CHUNKS, 4 * count))
    if (chunk === undefined) return undefined
    announce(fd, length, 0)
    writeItem(fd, bytes, length, DATA_OFFSET + chunk * CHUNK_BYTES)
    // Last: a process that is killed before leaves no chunk in use.
    table.fill(tokenOf(itemId), chunk, chunk + count)
    writeSync(fd, table.subarray(chunk, chunk + count), 0, count * 4, TABLE_OFFSET + chunk * 4)
    announce(fd, 0, 0)
    return chunk
  } catch {
    // No room on the file system, most likely: the item takes the other way.
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** First fit: what was used is used again, and its pages exist. */
function findFree(count: number, chunks: number): number | undefined {
  let run = 0
  for (let chunk = 0; chunk < Math.min(chunks, CHUNKS); chunk++) {
    run = table[chunk] === 0 ? run + 1 : 0
    if (run === count) return chunk - count + 1
  }
  return undefined
}

/** What a process that is killed now leaves behind: `leaveLarge` reads it. */
export function announce(fd: number, announced: number, written: number): void {
  progress[0] = announced
  progress[1] = written
  writeSync(fd, progress, 0, progress.byteLength, PROGRESS_OFFSET)
}

function writeItem(fd: number, bytes: Uint8Array, length: number, start: number): void {
  for (let written = 0; written < length;) {
    const part = Math.min(PART_BYTES, length - written)
    written += writeSync(fd, bytes, written, part, start + written)
    if (written < length) announce(fd, length, written)
  }
}

/**
 * Reads an item and frees its chunks.
 * @returns undefined when somebody has taken it before: a process that died before it could say so.
 */
export function takeLarge(
  file: string,
  itemId: number,
  { chunk, length }: LargePlace,
): Uint8Array | undefined {
  let fd: number
  try {
    fd = openSync(file, O_RDWR | O_NOFOLLOW)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    const first = new Uint32Array(1)
    readSync(fd, first, 0, 4, TABLE_OFFSET + chunk * 4)
    if (first[0] !== tokenOf(itemId)) return undefined
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
    const start = DATA_OFFSET + chunk * CHUNK_BYTES
    for (let done = 0; done < length;) {
      const part = readSync(fd, bytes, done, length - done, start + done)
      if (part === 0) throw new Error(`${file} ends in the middle of an item`)
      done += part
    }
    const count = chunksOf(length)
    writeSync(fd, new Uint8Array(count * 4), 0, count * 4, TABLE_OFFSET + chunk * 4)
    removeOrphan(fd, file)
    return bytes
  } finally {
    closeSync(fd)
  }
}

/** After chunks were freed, or after the writing process has gone: whichever comes last removes. */
function removeOrphan(fd: number, file: string): void {
  const gone = new Uint32Array(1)
  readSync(fd, gone, 0, 4, GONE_OFFSET)
  if (gone[0] !== 1) return
  table.fill(0)
  readSync(fd, table, 0, CHUNKS * 4, TABLE_OFFSET)
  if (table.some((token) => token !== 0)) return
  try {
    unlinkSync(file)
  } catch {
    // Another one was quicker.
  }
}

/**
 * The process is gone: its files go with the last item in them.
 * @returns what it was in the middle of writing.
 */
export function leaveLarge(folder: string, process: number): readonly PartialFrame[] {
  const partials: PartialFrame[] = []
  for (const name of namesIn(folder)) {
    if (!name.endsWith(`-${process}`)) continue
    const fd = openSync(join(folder, name), O_RDWR | O_NOFOLLOW)
    try {
      const partial = partialIn(fd)
      if (partial !== undefined) partials.push(partial)
      writeSync(fd, new Uint32Array([1]), 0, 4, GONE_OFFSET)
      removeOrphan(fd, join(folder, name))
    } finally {
      closeSync(fd)
    }
  }
  return partials
}

function partialIn(fd: number): PartialFrame | undefined {
  progress.fill(0)
  readSync(fd, progress, 0, progress.byteLength, PROGRESS_OFFSET)
  const [announced = 0, received = 0] = progress
  return announced === 0 ? undefined : { received, announced }
}

/** Removes the files of queues that are no longer there. */
export function removeLarge(folder: string, queue: number): void {
  for (const name of namesIn(folder))
    if (name.startsWith(`${queue}-`)) rmSync(join(folder, name), { force: true })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // It is made when the first item needs it, and may have been removed by the host.
    return []
  }
}
