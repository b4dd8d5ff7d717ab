/** Bytes within JSON. */

// What Node, Electron and browsers all have, in the terms of this room, whose types name none.
declare const btoa: (latin1: string) => string
declare const atob: (base64: string) => string

/** Below the number of arguments that every engine takes. */
const CHUNK = 8_192

export function packBase64(bytes: Uint8Array): string {
  const chunks: string[] = []
  for (let from = 0; from < bytes.length; from += CHUNK)
    chunks.push(String.fromCharCode(...bytes.subarray(from, from + CHUNK)))
  return btoa(chunks.join(''))
}

export function unpackBase64(text: string): Uint8Array<ArrayBuffer> {
  const latin1 = atob(text)
  const bytes = new Uint8Array(latin1.length)
  for (let index = 0; index < bytes.length; index++) bytes[index] = latin1.charCodeAt(index)
  return bytes
}
