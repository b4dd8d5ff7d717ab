/**
 * A file of /proc that is read again and again through one descriptor. The descriptor stays with the
 * process or thread that it was opened for: once that has gone, reading fails, also when its number
 * has been given to another.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { Disposable } from '../../core/disposables.ts'
import { failure, success, type Result } from '../../core/result.ts'

/** `gone`: no such process or thread; `refused`: not for us; `unreadable`: anything else. */
export type ReadFailure = 'gone' | 'refused' | 'unreadable'

const FAILURES: Readonly<Record<string, ReadFailure>> = {
  ENOENT: 'gone',
  ESRCH: 'gone',
  ENOTDIR: 'gone',
  EPERM: 'refused',
  EACCES: 'refused',
}

export class ProcFile implements Disposable {
  readonly #descriptor: number
  #failure: ReadFailure | undefined
  #open = true

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  static open(path: string): Result<ProcFile, ReadFailure> {
    try {
      return success(new ProcFile(openSync(path, 'r')))
    } catch (error) {
      return failure(failureOf(error))
    }
  }

  /** Why the last read gave nothing. */
  get failure(): ReadFailure | undefined {
    return this.#failure
  }

  /** @returns bytes read; 0 when there are none, or when it failed. */
  read(into: Uint8Array, position = 0): number {
    this.#failure = undefined
    try {
      return readSync(this.#descriptor, into, 0, into.length, position)
    } catch (error) {
      this.#failure = failureOf(error)
      return 0
    }
  }

  /** The first bytes as text, as many as `buffer` has room for; '' when it failed. */
  text(buffer: Buffer): string {
    return buffer.toString('latin1', 0, this.read(buffer))
  }

  /** A path that leads into this folder, wherever the number of its process leads by now. */
  inside(name: string): string {
    return `/proc/self/fd/${this.#descriptor}/${name}`
  }

  dispose(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#descriptor)
  }
}

function failureOf(error: unknown): ReadFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return FAILURES[code] ?? 'unreadable'
}

/** A small file, once; '' where it cannot be read. */
export function readOnce(path: string): string {
  const opened = ProcFile.open(path)
  if (!opened.ok) return ''
  const text = opened.value.text(Buffer.alloc(1024))
  opened.value.dispose()
  return text
}
