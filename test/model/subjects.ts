/** What the models run: bundled once as it is, and once for every mutant. */
export { Barrier } from '../../main/threading/barrier.ts'
export { Condition } from '../../main/threading/condition.ts'
export { reportDeath } from '../../main/threading/deaths.ts'
export * as errors from '../../main/threading/errors.ts'
export { Event } from '../../main/threading/event.ts'
export * as futex from '../../main/threading/futex.ts'
export { toHandle } from '../../main/threading/handles.ts'
export { Life } from '../../main/threading/life.ts'
export { Lock } from '../../main/threading/lock.ts'
export * as mutex from '../../main/threading/mutex.ts'
export { Control, CONTROL_WORDS, LIFE_WORDS, runtime } from '../../main/threading/runtime.ts'
export { RLock } from '../../main/threading/rlock.ts'
export { BoundedSemaphore, Semaphore } from '../../main/threading/semaphore.ts'
export { runBlocking } from '../../main/threading/steps.ts'
export { allocateRing, RingReader, RingTracer } from '../../main/trace/ring.ts'

import type * as self from './subjects.ts'
export type Subjects = typeof self
