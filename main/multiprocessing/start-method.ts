/**
 * Start methods: what Node can do of CPython's, under names that mislead nobody.
 *
 * - `spawn`: a fresh process for every start, as CPython's spawn.
 * - `prewarmed`: a process that was started beforehand and waits, its program not loaded yet. What
 *   forkserver is for in CPython, by other means: nothing is copied.
 */
import { RuntimeError, ValueError } from '../threading/errors.ts'
import { Control, runtime } from '../threading/runtime.ts'

/** The default first. */
export const START_METHODS = ['spawn', 'prewarmed'] as const
export type StartMethod = (typeof START_METHODS)[number]

const reasons: Readonly<Record<string, string>> = {
  fork:
    'Node cannot copy a running process: its threads and event loop would not survive. ' +
    "Use 'spawn', or 'prewarmed' where starting must be quick",
  forkserver:
    "Node cannot fork, so it has no server that does. The nearest is 'prewarmed': processes " +
    'started beforehand that wait for what they are to run',
}

/** @throws ValueError for a method that there is not, in CPython's words and with the reason. */
export function checkStartMethod(method: string): StartMethod {
  const found = START_METHODS.find((each) => each === method)
  if (found !== undefined) return found
  const reason = Object.hasOwn(reasons, method)
    ? reasons[method]
    : `there are ${START_METHODS.map((each) => `'${each}'`).join(' and ')}`
  throw new ValueError(`cannot find context for '${method}': ${reason}`)
}

/** All start methods that there are, the default first. */
export const getAllStartMethods = (): StartMethod[] => [...START_METHODS]

/**
 * Chooses how this process, and those it starts, start processes.
 * @param method undefined, with `force`: as if none had been chosen.
 * @throws RuntimeError when it was chosen or used before, unless by `force`; ValueError for a
 * method that there is not.
 */
export function setStartMethod(method: string | undefined, force = false): void {
  const { control } = runtime
  const number = method === undefined ? 0 : numberOf(checkStartMethod(method))
  if (force) Atomics.store(control, Control.startMethod, number)
  // In one step, so that of two threads only one chooses.
  else if (Atomics.compareExchange(control, Control.startMethod, 0, number) !== 0)
    throw new RuntimeError('context has already been set')
}

export function getStartMethod(): StartMethod
export function getStartMethod(allowNone: boolean): StartMethod | undefined
/**
 * How this process starts processes. To ask is to choose the default, where none was chosen.
 * @param allowNone do not choose: undefined when none was chosen.
 */
export function getStartMethod(allowNone = false): StartMethod | undefined {
  const chosen = START_METHODS[Atomics.load(runtime.control, Control.startMethod) - 1]
  if (chosen !== undefined || allowNone) return chosen
  Atomics.compareExchange(runtime.control, Control.startMethod, 0, numberOf(START_METHODS[0]))
  return getStartMethod(false)
}

/** For the control word. */
export const numberOf = (method: StartMethod): number => START_METHODS.indexOf(method) + 1
