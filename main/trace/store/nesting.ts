/**
 * Whether bytes are one whole MessagePack value, nested no deeper than `MAX_DEPTH`. Decoders make
 * room for as many elements as a list says it has: once this is known, they are all there, and
 * decoding takes no more than some times the memory of the bytes. Specification:
 * https://github.com/msgpack/msgpack/blob/master/spec.md
 */
const MAX_DEPTH = 24

/** Bytes after the first, by first byte from 0xc0 on; those of lengths and lists see below. */
const FIXED: Readonly<Record<number, number>> = {
  ...{ 0xc0: 0, 0xc2: 0, 0xc3: 0, 0xca: 4, 0xcb: 8, 0xcc: 1, 0xcd: 2, 0xce: 4, 0xcf: 8 },
  ...{ 0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8, 0xd4: 2, 0xd5: 3, 0xd6: 5, 0xd7: 9, 0xd8: 17 },
}
/** Width of the length that follows, and bytes beside what it counts (an extension's type). */
const COUNTED: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 0xc4: [1, 0], 0xc5: [2, 0], 0xc6: [4, 0], 0xc7: [1, 1], 0xc8: [2, 1], 0xc9: [4, 1] },
  ...{ 0xd9: [1, 0], 0xda: [2, 0], 0xdb: [4, 0] },
}
/** Width of the number of elements, and values an element has. */
const LISTS: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 0xdc: [2, 1], 0xdd: [4, 1], 0xde: [2, 2], 0xdf: [4, 2] },
}

export function isWholeMessage(bytes: Uint8Array): boolean {
  /** Values still to come, by depth. */
  const open = [1]
  let at = 0
  const counted = (width: number) => {
    let value = 0
    for (let byte = 0; byte < width; byte++) value = value * 256 + (bytes[at++] ?? 0)
    return value
  }
  while (open.length > 0) {
    const depth = open.length - 1
    if (open[depth] === 0) {
      open.pop()
      continue
    }
    if (at >= bytes.length) return false
    open[depth] = (open[depth] ?? 0) - 1
    const first = bytes[at++] ?? 0
    let values = -1
    let skip = 0
    if (first >= 0x80 && first < 0x90) values = (first & 15) * 2
    else if (first >= 0x90 && first < 0xa0) values = first & 15
    else if (first >= 0xa0 && first < 0xc0) skip = first & 31
    else if (first >= 0xc0 && first < 0xe0) {
      const list = LISTS[first]
      const length = COUNTED[first]
      if (list) values = counted(list[0]) * list[1]
      else if (length) skip = counted(length[0]) + length[1]
      else if (FIXED[first] !== undefined) skip = FIXED[first]
      else return false
    }
    at += skip
    if (values < 0) continue
    if (values > bytes.length - at || open.length === MAX_DEPTH) return false
    open.push(values)
  }
  return at === bytes.length
}
