/**
 * What calls carry: everything structured clone can, and in it objects that may travel in items
 * (portable.ts), such as proxies of a manager.
 */
import { deserialize, serialize } from 'node:v8'
import { PicklingError, ValueError } from '../../threading/errors.ts'
import { fromHandles, mapHandles, toHandles } from '../../threading/handles.ts'
import { MAX_FRAME_BYTES } from '../frames.ts'
import { onlyInherited, packHandle, travelsInItems } from '../portable.ts'
import { openReceived } from '../received.ts'

/** Room for the frame's own fields. */
const MAX_BYTES = MAX_FRAME_BYTES - 1024

/**
 * @throws RuntimeError for a primitive that is only shared by inheritance, PicklingError for what
 * cannot be cloned, ValueError for what is too large.
 */
export function packValue(value: unknown): Buffer {
  const portable = isScalar(value)
    ? value
    : mapHandles(toHandles(value), (handle) => {
        if (!travelsInItems(handle)) throw onlyInherited(handle.type)
        return packHandle(handle)
      })
  return packData(portable)
}

/** The inverse, in the thread that is to have the value. */
export function unpackValue(bytes: Uint8Array): unknown {
  const value: unknown = unpackData(bytes)
  return isScalar(value) ? value : fromHandles(value, openReceived)
}

/** Plain data, in which handles stay as they are. */
export function packData(data: unknown): Buffer {
  let bytes: Buffer
  try {
    bytes = serialize(data)
  } catch (error) {
    throw new PicklingError(`Can't pickle ${String(data)}: ${String(error)}`, { cause: error })
  }
  if (bytes.length > MAX_BYTES)
    throw new ValueError(`a value of ${bytes.length} bytes exceeds the maximum of ${MAX_BYTES}`)
  return bytes
}

export const unpackData = (bytes: Uint8Array): unknown => deserialize(bytes)

const isScalar = (value: unknown): boolean =>
  value === null || (typeof value !== 'object' && typeof value !== 'function')
