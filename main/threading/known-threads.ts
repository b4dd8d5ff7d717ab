/** Threads that this thread has an object of, by ident: an ident stands for one object here. */
import { toHandle } from './handles.ts'
import type { LifeReference } from './life.ts'
import type { Thread } from './thread.ts'

const known = new Map<number, Thread>()
/** Those that have ended are forgotten when the map has grown to this size. */
const FORGET_AT = 64
let forgetAt = FORGET_AT

/** Once it has an ident. */
export function remember(thread: Thread): void {
  if (known.size >= forgetAt) {
    for (const [ident, other] of known) if (!other.isAlive()) known.delete(ident)
    forgetAt = Math.max(FORGET_AT, known.size * 2)
  }
  const { ident } = thread
  if (ident !== undefined) known.set(ident, thread)
}

/** Its start has failed. */
export function forget(ident: number): void {
  known.delete(ident)
}

export function knownThread({ ident, serial }: LifeReference): Thread | undefined {
  const found = known.get(ident)
  return found?.[toHandle]().serial === serial ? found : undefined
}

/** Before a worker becomes another thread: those objects were the former one's. */
export function forgetThreads(): void {
  known.clear()
}
