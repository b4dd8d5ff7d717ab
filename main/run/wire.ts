/**
 * The messages of contract.ts as bytes: MessagePack with an extension per typed array, the same
 * over a MessagePort and a WebSocket. What arrives is checked before it is believed, both ways.
 */
import { decode, encode, ExtensionCodec } from '@msgpack/msgpack'
import { MAX_FLOWS, MAX_NOTE_CHARACTERS } from './contract.ts'
import type { FromRun, QueryName, ToRun } from './contract.ts'

/** What arrived is not a message of contract.ts. */
export class ProtocolError extends Error {
  override name = 'ProtocolError'
}

/** The widest view that is answered, in device pixels; more is a mistake or an attack. */
export const MAX_WIDTH = 16_384
const MAX_TRACKS = 4_096
/** Columns of all rows of one view: hundreds of rows in the widest window there is. */
const MAX_COLUMNS = 2 ** 22
const MAX_POINTS = 4_096
const MAX_SEARCH = 1_000

const arrays = [Float64Array, Float32Array, Uint32Array, Uint16Array, Int32Array] as const

/** Typed arrays; also of the snapshot that a recording ends with (main/trace/saved.ts). */
export const extensionCodec = new ExtensionCodec()
arrays.forEach((Type, type) => {
  extensionCodec.register({
    type,
    encode: (value) =>
      value instanceof Type
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : null,
    // Copied, because the bytes may start at any offset and the array must be aligned.
    decode: (bytes) => new Type(bytes.slice().buffer),
  })
})

export function encodeMessage(message: ToRun | FromRun): Uint8Array<ArrayBuffer> {
  return encode(message, { extensionCodec, ignoreUndefined: true })
}

/** @throws ProtocolError */
export function decodeToRun(bytes: Uint8Array): ToRun {
  const message = decodeObject(bytes)
  const { id, name, query } = message
  if (message['type'] !== 'query' || !isCount(id)) throw new ProtocolError('not a query')
  if (typeof name !== 'string' || !Object.hasOwn(checks, name))
    throw new ProtocolError(`unknown query ${JSON.stringify(name)}`)
  if (!isObject(query) || !checks[name as QueryName](query))
    throw new ProtocolError(`query ${name} is malformed`)
  // Checked field by field above; the compiler cannot follow the look-up by name.
  return { type: 'query', id, name, query } as unknown as ToRun
}

/** @throws ProtocolError */
export function decodeFromRun(bytes: Uint8Array): FromRun {
  const message = decodeObject(bytes)
  const valid =
    (message['type'] === 'answer' && isCount(message['id']) && 'answer' in message) ||
    (message['type'] === 'refused' &&
      isCount(message['id']) &&
      typeof message['message'] === 'string') ||
    (message['type'] === 'status' && isObject(message['status'])) ||
    (message['type'] === 'tracks' && Array.isArray(message['tracks']))
  if (!valid) throw new ProtocolError(`unknown message ${JSON.stringify(message['type'])}`)
  // The run is our own process: the envelope is checked, its payload is typed by contract.ts.
  return message as unknown as FromRun
}

type Fields = Record<string, unknown>

const checks: Record<QueryName, (query: Fields) => boolean> = {
  view: (query) =>
    isRange(query) &&
    isWithin(query['width'], 1, MAX_WIDTH) &&
    areTracks(query['tracks']) &&
    query['width'] * query['tracks'].length <= MAX_COLUMNS,
  minimap: (query) => isRange(query) && isWithin(query['width'], 1, MAX_WIDTH),
  inspect: (query) =>
    isCount(query['track']) &&
    isTime(query['time']) &&
    (query['width'] === undefined || isTime(query['width'])),
  neighbour: (query) =>
    (query['track'] === undefined || isCount(query['track'])) &&
    isTime(query['time']) &&
    (query['direction'] === 'previous' || query['direction'] === 'next') &&
    (query['what'] === 'contention' ||
      query['what'] === 'event' ||
      (query['what'] === 'place' && isText(query['at']))),
  tables: hasOptionalRange,
  series: (query) =>
    isRange(query) && isCount(query['track']) && isWithin(query['points'], 1, MAX_POINTS),
  activity: (query) => isRange(query) && isWithin(query['points'], 1, MAX_POINTS),
  distribution: (query) => isCount(query['track']) && hasOptionalRange(query),
  flows: (query) =>
    isRange(query) && areTracks(query['tracks']) && isWithin(query['limit'], 1, MAX_FLOWS),
  criticalPath: (query) => isRange(query),
  search: (query) => isText(query['text']),
  lines: () => true,
  notes: () => true,
  addNote: (query) =>
    isTime(query['from']) &&
    isTime(query['to']) &&
    query['from'] <= query['to'] &&
    typeof query['text'] === 'string' &&
    query['text'].length <= MAX_NOTE_CHARACTERS,
  removeNote: (query) => isCount(query['id']),
  output: (query) => isCount(query['after']),
  sections: () => true,
  summary: () => true,
}

function decodeObject(bytes: Uint8Array): Fields {
  let message: unknown
  try {
    message = decode(bytes, { extensionCodec })
  } catch (error) {
    throw new ProtocolError(`not MessagePack: ${String(error)}`)
  }
  if (!isObject(message)) throw new ProtocolError('not an object')
  return message
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= MAX_SEARCH
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isWithin = (value: unknown, low: number, high: number): value is number =>
  isCount(value) && value >= low && value <= high
const isRange = (query: Fields): boolean =>
  isTime(query['from']) && isTime(query['to']) && query['from'] < query['to']

function areTracks(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_TRACKS && value.every(isCount)
}

function hasOptionalRange({ range }: Fields): boolean {
  return range === undefined || (isObject(range) && isRange(range))
}
