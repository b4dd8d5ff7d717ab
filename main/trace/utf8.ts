/**
 * UTF-8 for the texts of a trace. Written out because this room is neutral: TextEncoder belongs to
 * the DOM's and Node's types, and neither encoder nor decoder works on shared memory.
 */
const REPLACEMENT = 0xfffd

/** Encodes; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let at = 0
  for (let index = 0; index < text.length; index++) {
    let code = text.codePointAt(index) ?? REPLACEMENT
    if (code > 0xffff) index++
    else if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT
    if (code < 0x80) bytes[at++] = code
    else {
      if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6)
      else {
        if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12)
        else {
          bytes[at++] = 0xf0 | (code >> 18)
          bytes[at++] = 0x80 | ((code >> 12) & 0x3f)
        }
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f)
      }
      bytes[at++] = 0x80 | (code & 0x3f)
    }
  }
  return bytes.slice(0, at)
}

/** The longest prefix of at most `limit` bytes that does not cut a character. */
export function cutUtf8(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length <= limit) return bytes
  let end = limit
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}

/** Decodes; whatever is not UTF-8 becomes U+FFFD, one for each byte that does not fit. */
export function decodeUtf8(bytes: Uint8Array): string {
  const pieces: string[] = []
  let codes: number[] = []
  let at = 0
  while (at < bytes.length) {
    const first = bytes[at++] ?? 0
    const more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : -1
    let code = more === 0 ? first : more < 0 ? REPLACEMENT : first & (0x3f >> more)
    for (let left = more; left > 0; left--) {
      const next = bytes[at] ?? 0
      if ((next & 0xc0) !== 0x80) {
        code = REPLACEMENT
        break
      }
      code = (code << 6) | (next & 0x3f)
      at++
    }
    codes.push(code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? REPLACEMENT : code)
    if (codes.length >= 4096) {
      pieces.push(String.fromCodePoint(...codes))
      codes = []
    }
  }
  return pieces.join('') + String.fromCodePoint(...codes)
}
