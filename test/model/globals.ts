/** What a body sees in place of Atomics, the typed arrays and SharedArrayBuffer while it runs. */
import type { Memory } from './memory.ts'
import type { Operation, OperationKind } from './operation.ts'
import { RealAtomics, RealSharedArrayBuffer } from './real.ts'
import type { Result } from './position.ts'
import { recordingConstructors, viewOf } from './views.ts'

export interface Machine {
  readonly memory: Memory
  perform(operation: Operation): Result
  allocate(bytes: number): SharedArrayBuffer
}

let machine: Machine | undefined

const current = (): Machine => {
  if (machine === undefined) throw new Error('an access outside of a body')
  return machine
}

function operate(
  kind: OperationKind,
  buffer: SharedArrayBuffer,
  index: number,
  value = 0,
  expected = 0,
): Result {
  const word = current().memory.wordAt(buffer, index)
  return current().perform({ kind, word, value, expected })
}

interface Place {
  readonly buffer: SharedArrayBuffer
  readonly index: number
}

/** Where an element lies, in words; undefined: in memory of the body alone. */
function placeOf(array: Int32Array, index: number): Place | undefined {
  const { buffer, byteOffset, length } = viewOf(array) ?? array
  if (!(index >= 0 && index < length)) throw new RangeError('Invalid atomic access index')
  if (!(buffer instanceof SharedArrayBuffer)) return undefined
  if (array.BYTES_PER_ELEMENT !== 4) throw new Error('the model knows Atomics on 32 bits only')
  return { buffer, index: (byteOffset >> 2) + index }
}

type Update = 'store' | 'add' | 'sub' | 'and' | 'or' | 'xor' | 'exchange'

const update =
  (kind: Update) =>
  (array: Int32Array, index: number, value: number): number => {
    const place = placeOf(array, index)
    if (place === undefined) return RealAtomics[kind](array, index, value)
    return Number(operate(kind, place.buffer, place.index, value))
  }

const atomics = {
  load(array: Int32Array, index: number): number {
    const place = placeOf(array, index)
    if (place === undefined) return RealAtomics.load(array, index)
    return Number(operate('load', place.buffer, place.index))
  },
  store: update('store'),
  add: update('add'),
  sub: update('sub'),
  and: update('and'),
  or: update('or'),
  xor: update('xor'),
  exchange: update('exchange'),
  compareExchange(array: Int32Array, index: number, expected: number, value: number): number {
    const place = placeOf(array, index)
    if (place === undefined) return RealAtomics.compareExchange(array, index, expected, value)
    return Number(operate('compareExchange', place.buffer, place.index, value, expected))
  },
  wait(array: Int32Array, index: number, expected: number, timeout = Infinity): string {
    const { buffer, index: word } = placeOf(array, index)!
    const result = operate('wait', buffer, word, timeout, expected)
    return result === 'slice' ? 'timed-out' : String(result)
  },
  notify(array: Int32Array, index: number, count = Infinity): number {
    const { buffer, index: word } = placeOf(array, index)!
    return Number(operate('notify', buffer, word, count))
  },
  waitAsync(): never {
    throw new Error('the model knows no event loops')
  },
  isLockFree: () => true,
}

/** For a body that is to act once others sleep: how many sleep on the word. */
export const sleepersOn = (buffer: SharedArrayBuffer, index: number): number =>
  Number(operate('asleep', buffer, index))

const substitutes: Readonly<Record<string, unknown>> = {
  Atomics: atomics,
  SharedArrayBuffer: new Proxy(RealSharedArrayBuffer, {
    construct: (_, [bytes]: [number]) => current().allocate(bytes),
  }),
  ...recordingConstructors((kind, buffer, word, value, expected) =>
    Number(operate(kind, buffer, word, value, expected)),
  ),
}
const names = Object.keys(substitutes)
// Globals by name.
const globals = globalThis as unknown as Record<string, unknown>
const originals = Object.fromEntries(names.map((name) => [name, globals[name]]))

/** Runs a body in the machine, to its next operation or its end. */
export function withGlobals<Value>(runIn: Machine, body: () => Value): Value {
  machine = runIn
  for (const name of names) globals[name] = substitutes[name]
  try {
    return body()
  } finally {
    for (const name of names) globals[name] = originals[name]
    machine = undefined
  }
}
