/** Plain data from outside, checked field by field before it is believed. */

/** Returns the value as what it should be. @throws ShapeError when it is not. */
export type Shape<Value> = (value: unknown) => Value
/** What a shape lets through. */
export type Of<S> = S extends Shape<infer Value> ? Value : never

export class ShapeError extends Error {
  override readonly name = 'ShapeError'
}

function fail(what: string): never {
  throw new ShapeError(`${what} expected`)
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const number: Shape<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail('a number')

export const count: Shape<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail('a count')

export const text: Shape<string> = (value) => (typeof value === 'string' ? value : fail('a text'))

export const flag: Shape<boolean> = (value) =>
  typeof value === 'boolean' ? value : fail('true or false')

/** One of an enumeration's values. */
export const among =
  <Value extends string | number>(values: readonly Value[]): Shape<Value> =>
  (value) =>
    values.find((known) => known === value) ?? fail('a known value')

export const maybe =
  <Value>(shape: Shape<Value>): Shape<Value | undefined> =>
  (value) =>
    value === undefined || value === null ? undefined : shape(value)

export const list =
  <Value>(shape: Shape<Value>): Shape<Value[]> =>
  (value) =>
    isList(value) ? value.map((element) => shape(element)) : fail('a list')

export const tuple =
  <Values extends readonly unknown[]>(
    ...shapes: { readonly [At in keyof Values]: Shape<Values[At]> }
  ): Shape<Values> =>
  (value) => {
    if (!isList(value) || value.length !== shapes.length) return fail(`a list of ${shapes.length}`)
    const read: readonly unknown[] = shapes.map((shape, at) => shape(value[at]))
    // Every element was checked by its own shape; the compiler cannot follow the look-up by index.
    return read as Values
  }

type Shapes<Fields> = { readonly [Name in keyof Fields]-?: Shape<Fields[Name]> }

/** @param optional fields that may be absent. */
export const fields =
  <Required extends object, Optional extends object = object>(
    required: Shapes<Required>,
    optional?: Shapes<Optional>,
  ): Shape<Required & Partial<Optional>> =>
  (value) => {
    if (!isFields(value)) return fail('fields')
    const read: Record<string, unknown> = {}
    for (const [name, shape] of entries(required)) read[name] = within(name, shape, value[name])
    for (const [name, shape] of entries(optional ?? {}))
      if (value[name] !== undefined) read[name] = within(name, shape, value[name])
    // Every field was checked by its own shape; the compiler cannot follow the look-up by name.
    return read as Required & Partial<Optional>
  }

/** Of `Shapes`, whose values are shapes. */
const entries = (shapes: object) => Object.entries(shapes) as [string, Shape<unknown>][]

function within(name: string, shape: Shape<unknown>, value: unknown): unknown {
  try {
    return shape(value)
  } catch (error) {
    throw error instanceof ShapeError ? new ShapeError(`${name}: ${error.message}`) : error
  }
}

const typed =
  <Column extends object>(Type: new (length: number) => Column): Shape<Column> =>
  (value) =>
    value instanceof Type ? value : fail(Type.name)

export const float64s: Shape<Float64Array> = typed(Float64Array)
export const uint32s: Shape<Uint32Array> = typed(Uint32Array)
export const int32s: Shape<Int32Array> = typed(Int32Array)
