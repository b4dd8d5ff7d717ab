/** What may cross to another process: CPython's rules and words. */
import { decode, encode, type Encoded } from '../threading/codec.ts'
import { ValueError } from '../threading/errors.ts'
import {
  fromHandles,
  mapHandles,
  toHandle,
  toHandles,
  type Shareable,
} from '../threading/handles.ts'
import { onlyInherited, packHandle, travelsInItems } from './portable.ts'
import { MAX_ITEM_BYTES } from './queues/records.ts'
import { openReceived } from './received.ts'

/**
 * The encoding of an item with proxies of a manager or instances of exported classes in it: none of
 * the codec's. Its first byte is the codec's encoding of the rest.
 */
const HANDLES = 0

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
    encoded = encodeHandles(item, error)
  }
  if (encoded.length > MAX_ITEM_BYTES)
    throw new ValueError(
      `an item of ${encoded.length} bytes exceeds the maximum of ${MAX_ITEM_BYTES} bytes`,
    )
  return encoded
}

/**
 * The inverse.
 * @throws PicklingError for an instance of a class whose module this thread has not imported.
 */
export const decodeItem = (encoding: number, bytes: Uint8Array): unknown =>
  encoding === HANDLES
    ? fromHandles(decode(bytes[0] ?? 0, bytes.subarray(1)), openReceived)
    : decode(encoding, bytes)

/** @throws what was thrown before, when there is more in the item than handles. */
function encodeHandles(item: unknown, error: unknown): Encoded {
  const refused = findRefused(item, new Set())
  if (refused !== undefined) throw onlyInherited(refused)
  let encoded: Encoded
  try {
    encoded = encode(mapHandles(toHandles(item), packHandle))
  } catch {
    throw error
  }
  const bytes = new Uint8Array(encoded.length + 1)
  bytes[0] = encoded.encoding
  bytes.set(encoded.bytes.subarray(0, encoded.length), 1)
  return { encoding: HANDLES, bytes, length: bytes.length }
}

const isShareable = (value: object): value is Shareable => toHandle in value

/** The class of a primitive that is shared by inheritance only. */
function findRefused(value: unknown, seen: Set<object>): string | undefined {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  if (isShareable(value))
    return travelsInItems(value[toHandle]()) ? undefined : value.constructor.name
  for (const item of Object.values(value)) {
    const found = findRefused(item, seen)
    if (found !== undefined) return found
  }
  return undefined
}
