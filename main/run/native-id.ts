import { readlinkSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

/** The system's number of the thread that calls, where there is a way to ask: on Linux. */
export function nativeThreadId(): number {
  try {
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (id > 0) return id
  } catch {
    // No /proc: Node's own number, which is 0 for the main thread.
  }
  return threadId + 1
}
