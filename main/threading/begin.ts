/** What a worker does first with a job: becomes the thread that was started elsewhere. */
import { inheritExcepthook } from './excepthook.ts'
import { fromHandles, type Handle } from './handles.ts'
import type { ThreadJob } from './runtime.ts'
import { forgetThreads } from './known-threads.ts'
import { importModule, ModuleNotLoaded, resolveTarget } from './targets.ts'
import { becomeThread, type Thread } from './thread.ts'

/**
 * Imports what the thread needs and makes its Thread, of its own class; `run()` is next.
 * @throws RuntimeError for a target that its module does not export, PicklingError for what cannot
 * be revived, and whatever a module throws while it is imported.
 */
export async function beginThread(job: ThreadJob): Promise<Thread> {
  forgetThreads()
  inheritExcepthook(job.excepthook)
  const target = job.target && (await resolveTarget(job.target))
  // Made by Thread.start or the thread host: a Thread, and an array for an array.
  const [thread, args] = (await reviveImporting([job.thread, job.args])) as [
    Thread | undefined,
    readonly unknown[],
  ]
  return becomeThread(thread, job, target && { target, args })
}

/** Revives as fromHandles does, and imports the modules of classes that this thread lacks. */
export async function reviveImporting(
  value: unknown,
  open?: (handle: Handle) => Handle,
): Promise<unknown> {
  for (;;) {
    try {
      return fromHandles(value, open)
    } catch (error) {
      // Once it is imported, the module is never the reason again.
      if (!(error instanceof ModuleNotLoaded)) throw error
      await importModule(error.module)
    }
  }
}
