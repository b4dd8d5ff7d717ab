/** Checks of what arrives from the page. A wrong argument is a bug or an attack: it throws. */
import type { ExportedFile } from '../../renderer/hosts/host.ts'

const LONGEST_TEXT = 200
const LARGEST_FILE = 256 * 1024 * 1024

/** @throws TypeError */
export function checkText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT) return value
  throw new TypeError(`${name} must be a text of 1 to ${LONGEST_TEXT} characters`)
}

/** @throws TypeError */
export function checkFile(value: unknown): ExportedFile {
  if (typeof value !== 'object' || value === null) throw new TypeError('a file must be an object')
  const { name, type, bytes } = value as Partial<Record<keyof ExportedFile, unknown>>
  if (!isPlainBytes(bytes) || bytes.byteLength > LARGEST_FILE) {
    throw new TypeError(`a file must hold at most ${LARGEST_FILE} bytes`)
  }
  return { name: checkText('name', name), type: checkText('type', type), bytes }
}

const isPlainBytes = (value: unknown): value is Uint8Array<ArrayBuffer> =>
  value instanceof Uint8Array && value.buffer instanceof ArrayBuffer
