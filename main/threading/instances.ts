/**
 * Instances of a program's own classes travel as pickle sends them: the class by its module and
 * export name, and the object's own enumerable fields. The receiver makes the object without calling
 * its constructor. Private `#fields` do not travel, and nothing can tell that there are any: a method
 * that reads one throws JavaScript's own TypeError at that line.
 */
import { PicklingError } from './errors.ts'
import { callerLocation } from './location.ts'
import type { TargetReference } from './runtime.ts'
import { knownReference, loadedExport } from './targets.ts'

export interface InstanceDescription {
  /** Of the class. */
  readonly class: TargetReference
  /** Own enumerable fields, as they are: values are for the caller to describe. */
  readonly fields: Readonly<Record<string, unknown>>
}

type Class = new (...args: never[]) => object

export function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const constructorOf = (value: object): Class =>
  // Every prototype that is not plain belongs to some class.
  (Object.getPrototypeOf(value) as { readonly constructor: Class }).constructor

/**
 * @returns undefined for what is no instance of a program's class: arrays, plain and built-in
 * objects.
 * @throws PicklingError for an instance of a class that no registered module exports.
 */
export function describeInstance(value: object): InstanceDescription | undefined {
  if (Array.isArray(value) || isPlain(value)) return undefined
  const known = knownReference(constructorOf(value))
  if (known === undefined) {
    // Map, Date, Error, typed arrays and their like say what they are: structured clone knows them.
    if (Object.prototype.toString.call(value) !== '[object Object]') return undefined
    throw localClass(value)
  }
  return { class: known, fields: value as Readonly<Record<string, unknown>> }
}

/** CPython's words for a class that cannot be found by its name. */
export function localClass(value: object, at = callerLocation()): PicklingError {
  return new PicklingError(
    `Can't pickle local object '${constructorOf(value).name || '<class>'}'${at && ` (used at ${at})`}: ` +
      'a class must be exported by its module',
  )
}

/**
 * An object of the class, without a field and without a call of its constructor.
 * @throws PicklingError when the class's module is not loaded in this thread or exports no such
 * class.
 */
export function makeInstance(reference: TargetReference): object {
  return Object.create(prototypeOf(reference)) as object
}

/** Makes an object of a built-in class one of the program's class that extends it. */
export function becomeInstance(object: object, reference: TargetReference): boolean {
  const prototype = prototypeOf(reference)
  if (Object.getPrototypeOf(object) === prototype) return false
  Object.setPrototypeOf(object, prototype)
  return true
}

function prototypeOf(reference: TargetReference): object {
  const found = loadedExport(reference)
  if (typeof found !== 'function')
    throw new PicklingError(
      `Can't unpickle ${reference.name}: ${reference.module} exports no such class`,
    )
  // Classes and functions used as such have a prototype.
  return (found as Class).prototype as object
}
