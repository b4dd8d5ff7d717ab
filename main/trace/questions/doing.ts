/** Questions about what a lane does. */
import { Category } from '../categories.ts'

/** It does something, or would if there were a processor for it. */
export const isRunning = (category: number): boolean =>
  category === Category.running || category === Category.holding || category === Category.processor

/** It waits for a lock or the GIL. */
export const isAcquiring = (category: number): boolean =>
  category === Category.waitingLock || category === Category.waitingGil
