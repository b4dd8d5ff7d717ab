/** Content too long for one chunk (state, directory): parts, one chunk after the other. */
export const PART_BYTES = 2 ** 22
/** A reader refuses more: 128 MiB in all. */
export const MAX_PARTS = 32
export const MAX_CONTENT_BYTES = MAX_PARTS * PART_BYTES

/** At least one part, which may be empty. @throws RangeError beyond MAX_CONTENT_BYTES. */
export function partsOfContent(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES))
  if (count > MAX_PARTS) throw new RangeError(`content of ${bytes.length} bytes`)
  return Array.from({ length: count }, (_, part) =>
    bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
  )
}
