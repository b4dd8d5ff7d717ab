import { freemem, totalmem } from 'node:os'

/**
 * Bytes of memory that a run may take: what is free or can be freed, within the limits of a
 * container. macOS counts as free only what nobody has ever used: there it is all of it.
 */
export function availableMemory(): number {
  if (process.platform === 'darwin') return totalmem()
  const available = process.availableMemory()
  return available > 0 ? available : freemem()
}
