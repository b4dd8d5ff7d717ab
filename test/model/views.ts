/**
 * Typed arrays over shared memory, for as long as a body runs: an element that is read or written
 * without Atomics is a scheduling point, too. Bytes are copied by words where they fill words, as
 * memcpy does; 64 bits are two words, low before high, so that torn values show.
 */
import type { OperationKind } from './operation.ts'

export type Access = (
  kind: OperationKind,
  buffer: SharedArrayBuffer,
  word: number,
  value?: number,
  expected?: number,
) => number

type Element = number | bigint

/** How elements of one of the constructors lie in bytes. */
interface Layout {
  readonly name: string
  readonly size: number
  get(scratch: DataView): Element
  set(scratch: DataView, value: Element): void
}

const layouts: readonly Layout[] = [
  numeric('Int8Array', 1, 'Int8'),
  numeric('Uint8Array', 1, 'Uint8'),
  numeric('Int32Array', 4, 'Int32'),
  numeric('Uint32Array', 4, 'Uint32'),
  numeric('Float64Array', 8, 'Float64'),
  big('BigInt64Array', 'BigInt64'),
  big('BigUint64Array', 'BigUint64'),
]

type NumberField = 'Int8' | 'Uint8' | 'Int32' | 'Uint32' | 'Float64'

function numeric(name: string, size: number, field: NumberField): Layout {
  return {
    name,
    size,
    get: (scratch) => scratch[`get${field}`](0, true),
    set: (scratch, value) => scratch[`set${field}`](0, Number(value), true),
  }
}

function big(name: string, field: 'BigInt64' | 'BigUint64'): Layout {
  return {
    name,
    size: 8,
    get: (scratch) => scratch[`get${field}`](0, true),
    set: (scratch, value) => scratch[`set${field}`](0, BigInt(value), true),
  }
}

export class View {
  readonly buffer: SharedArrayBuffer
  readonly byteOffset: number
  readonly length: number
  readonly #layout: Layout
  readonly #access: Access
  readonly #scratch = new DataView(new ArrayBuffer(8))
  #lastWord = -1
  #lastValue = 0

  constructor(
    layout: Layout,
    access: Access,
    buffer: SharedArrayBuffer,
    byteOffset: number,
    length: number,
  ) {
    this.#layout = layout
    this.#access = access
    this.buffer = buffer
    this.byteOffset = byteOffset
    this.length = length
  }

  get BYTES_PER_ELEMENT(): number {
    return this.#layout.size
  }

  get byteLength(): number {
    return this.length * this.#layout.size
  }

  at(index: number): Element | undefined {
    if (index >= this.length) return undefined
    const { size } = this.#layout
    const start = this.byteOffset + index * size
    if (size === 1) this.#scratch.setUint8(0, this.#byte(start))
    else
      for (let at = 0; at < size; at += 4)
        this.#scratch.setInt32(at, this.#access('read', this.buffer, (start + at) >> 2), true)
    return this.#layout.get(this.#scratch)
  }

  put(index: number, value: Element): void {
    if (index >= this.length) return
    const { size } = this.#layout
    const start = this.byteOffset + index * size
    this.#layout.set(this.#scratch, value)
    if (size === 1) this.#putByte(start, this.#scratch.getUint8(0))
    else
      for (let at = 0; at < size; at += 4)
        this.#putWord(start + at, this.#scratch.getInt32(at, true))
  }

  subarray(from = 0, to = this.length): View {
    const start = Math.min(from, this.length)
    return sharedView(
      this.#layout,
      this.#access,
      this.buffer,
      this.byteOffset + start * this.#layout.size,
      Math.max(0, Math.min(to, this.length) - start),
    )
  }

  fill(value: Element, from = 0, to = this.length): this {
    this.set(new Array<Element>(Math.max(0, Math.min(to, this.length) - from)).fill(value), from)
    return this
  }

  set(source: ArrayLike<Element>, offset = 0): void {
    let at = 0
    while (at < source.length) {
      const start = this.byteOffset + offset + at
      if (this.#layout.size === 1 && start % 4 === 0 && at + 4 <= source.length) {
        for (let byte = 0; byte < 4; byte++) this.#scratch.setUint8(byte, Number(source[at + byte]))
        this.#putWord(start, this.#scratch.getInt32(0, true))
        at += 4
      } else this.put(offset + at, source[at++]!)
    }
  }

  /** The rest of a word that was read for its first byte comes from the same read. */
  #byte(start: number): number {
    const word = start >> 2
    if (word !== this.#lastWord || (start & 3) === 0) {
      this.#lastValue = this.#access('read', this.buffer, word)
      this.#lastWord = word
    }
    return (this.#lastValue >>> ((start & 3) * 8)) & 0xff
  }

  #putByte(start: number, value: number): void {
    this.#access('writeByte', this.buffer, start >> 2, value, start & 3)
  }

  #putWord(start: number, value: number): void {
    this.#access('write', this.buffer, start >> 2, value)
  }
}

/** By property name, as typed arrays have elements. */
const elements: ProxyHandler<View> = {
  get(view, key) {
    const index = typeof key === 'string' && key !== '' ? Number(key) : Number.NaN
    if (Number.isInteger(index)) return view.at(index)
    const value: unknown = Reflect.get(view, key, view)
    if (value === undefined && typeof key === 'string')
      throw new Error(`the model knows no ${key} of a typed array over shared memory`)
    return typeof value === 'function' ? (value.bind(view) as unknown) : value
  },
  set(view, key, value) {
    view.put(Number(key), value as Element)
    return true
  },
}

const views = new WeakMap<object, View>()
export const viewOf = (array: object): View | undefined => views.get(array)

function sharedView(...given: ConstructorParameters<typeof View>): View {
  const view = new View(...given)
  const proxy = new Proxy(view, elements)
  views.set(proxy, view)
  return proxy
}

type Constructor = new (...args: unknown[]) => object

/** The constructors of typed arrays, recording what is done to shared memory. */
export function recordingConstructors(access: Access): Record<string, unknown> {
  const recording: Record<string, unknown> = {}
  // Every layout's name is a typed array's.
  const constructors = globalThis as unknown as Record<string, Constructor>
  for (const layout of layouts) {
    const real = constructors[layout.name]!
    recording[layout.name] = new Proxy(real, {
      construct(target, args: unknown[]) {
        const [buffer, offset = 0, length] = args
        if (!(buffer instanceof SharedArrayBuffer)) return new target(...args)
        const start = Number(offset)
        const whole = Math.floor((buffer.byteLength - start) / layout.size)
        return sharedView(layout, access, buffer, start, Number(length ?? whole))
      },
    })
  }
  return recording
}
