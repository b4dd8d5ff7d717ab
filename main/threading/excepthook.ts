/**
 * threading.excepthook: who is told of an exception that ends a thread. As any function, a hook is
 * one that its module exports: it is called in the thread that failed. Threads take it over from the
 * thread that starts them, where CPython has one hook for the whole process.
 */
import { OutputStream } from '../trace/model.ts'
import { isSystemExit } from './exit.ts'
import { writeLines } from './print.ts'
import type { TargetReference } from './runtime.ts'
import { referenceOf, resolveTarget, type Target } from './targets.ts'
import type { Thread } from './thread.ts'

/** threading.ExceptHookArgs. */
export interface ExceptHookArgs {
  /** The class of what was thrown; undefined when that is no object. */
  readonly excType: unknown
  readonly excValue: unknown
  /** The stack, from the program's frames on. */
  readonly excTraceback: string
  readonly thread: Thread
}

let hook: TargetReference | undefined

/**
 * @param given exported by its module; undefined or `excepthook`: the one that CPython has.
 * @throws PicklingError for a function that is not exported.
 */
export function setExcepthook(given: ((args: ExceptHookArgs) => unknown) | undefined): void {
  hook = given === undefined || given === excepthook ? undefined : referenceOf(given)
}

/** CPython's own: prints what happened, but for SystemExit. */
export function excepthook({ excValue, excTraceback, thread }: ExceptHookArgs): void {
  if (isSystemExit(excValue)) return
  writeLines(OutputStream.error, `Exception in thread ${thread.name}:\n${excTraceback}`)
}

export const inheritedExcepthook = (): TargetReference | undefined => hook

export function inheritExcepthook(inherited: TargetReference | undefined): void {
  hook = inherited
}

/**
 * Tells the hook, or prints what became of it when that throws.
 * @param traceback gives the program's part of an error's stack.
 */
export async function reportException(
  error: unknown,
  thread: Thread,
  traceback: (error: unknown) => string,
): Promise<void> {
  const args = {
    excType: error instanceof Object ? error.constructor : undefined,
    excValue: error,
    excTraceback: traceback(error),
    thread,
  }
  if (hook === undefined) {
    excepthook(args)
    return
  }
  try {
    const called: Target = await resolveTarget(hook)
    // A function that was given to setExcepthook.
    await called(...([args] as never[]))
  } catch (fault) {
    writeLines(OutputStream.error, `Exception in threading.excepthook:\n${traceback(fault)}`)
  }
}
