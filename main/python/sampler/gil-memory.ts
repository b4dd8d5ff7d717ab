/** The GIL of one process, read in the process's own memory. */
import { join } from 'node:path'
import type { Disposable } from '../../core/disposables.ts'
import { failure, success, type Result } from '../../core/result.ts'
import { GIL_WORDS_BYTES, readGilWords, type GilWords } from './gil-words.ts'
import { ProcFile, type ReadFailure } from './proc-file.ts'

/** A reading that took longer was interrupted: nobody knows of which moment it is. Nanoseconds. */
const LONGEST_READING = 50_000
const ATTEMPTS = 3

export interface GilReadingAt extends GilWords {
  /** Between the moments before and after the reading. */
  readonly time: number
}

/** `silent`: nothing can be read; `other`: something else is there now. */
export type GilMemoryFailure = 'silent' | 'other'

export class GilMemory implements Disposable {
  readonly #file: ProcFile
  readonly #bytes = Buffer.alloc(GIL_WORDS_BYTES)
  /** Of its words. */
  readonly address: number

  private constructor(file: ProcFile, address: number) {
    this.#file = file
    this.address = address
  }

  /** @param folder /proc/PID */
  static open(folder: string, address: bigint): Result<GilMemory, ReadFailure> {
    const opened = ProcFile.open(join(folder, 'mem'))
    return opened.ok
      ? success(new GilMemory(opened.value, Number(address)))
      : failure(opened.failure)
  }

  /** @param now nanoseconds */
  read(now: () => number): Result<GilReadingAt, GilMemoryFailure> {
    let before = 0
    let after = 0
    let bytes = 0
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      before = now()
      bytes = this.#file.read(this.#bytes, this.address)
      after = now()
      if (after - before <= LONGEST_READING) break
    }
    if (bytes < GIL_WORDS_BYTES) return failure('silent')
    const words = readGilWords(this.#bytes)
    if (words === undefined) return failure('other')
    return success({ ...words, time: Math.round((before + after) / 2) })
  }

  dispose(): void {
    this.#file.dispose()
  }
}
