/** What may cross to another process: CPython's rules and words. */
import { encode, type Encoded } from '../threading/codec.ts'
import { ValueError } from '../threading/errors.ts'
import { toHandle } from '../threading/handles.ts'
import { onlyInherited } from './portable.ts'
import { MAX_ITEM_BYTES } from './queues/records.ts'

/**
 * An item of a process queue, except a number, as bytes; valid until the next call.
 * @throws RuntimeError for primitives, PicklingError for other things that cannot travel,
 * ValueError for data nested too deeply, circular or too large.
 */
export function encodeItem(item: unknown): Encoded {
  let encoded: Encoded
  try {
    encoded = encode(item)
  } catch (error) {
    // Only now: looking for primitives first would cost every put.
    const primitive = findPrimitive(item, new Set())
    throw primitive === undefined ? error : onlyInherited(primitive)
  }
  if (encoded.length > MAX_ITEM_BYTES)
    throw new ValueError(
      `an item of ${encoded.length} bytes exceeds the maximum of ${MAX_ITEM_BYTES} bytes`,
    )
  return encoded
}

function findPrimitive(value: unknown, seen: Set<object>): string | undefined {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  if (toHandle in value) return value.constructor.name
  for (const item of Object.values(value)) {
    const found = findPrimitive(item, seen)
    if (found !== undefined) return found
  }
  return undefined
}
