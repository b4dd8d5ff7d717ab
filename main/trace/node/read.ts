import { readSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** Fewer bytes than asked for where the file ends. @throws the system's error. */
export function bytesAt(fd: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let read = 0
  while (read < length) {
    const more = readSync(fd, bytes, read, length - read, offset + read)
    if (more === 0) break
    read += more
  }
  return bytes.subarray(0, read)
}

/** Undefined: these bytes do not inflate to so many. Never takes more memory than those. */
export function inflated(stored: Uint8Array, length: number): Uint8Array | undefined {
  try {
    const bytes = inflateRawSync(stored, { maxOutputLength: length })
    return bytes.length === length ? bytes : undefined
  } catch {
    return undefined
  }
}
