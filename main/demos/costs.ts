/** What things take at least, wherever a demo has them: for estimates. */

import type { Demo } from './demo.ts'
import type { Parameters } from './manifest.ts'

/** Memory of a thread of Node, with its own heap and event loop: about 8 MiB measured, 5 at least. */
export const THREAD_BYTES = 5 * 2 ** 20

/** Threads that a section starts beside its main one, at most at a time. */
export const threadsOf = (demo: Demo, parameters: Parameters): number =>
  demo.threads?.(parameters) ?? parameters['threads'] ?? 1
