/**
 * An unhandled rejection is a bug and ends the process, whose host then says so. Node does that by
 * itself; Electron's utility processes only log it, and the run would seem to go on for ever.
 */
export function endOnBug(): void {
  process.on('unhandledRejection', (reason) => {
    // Thrown outside of any promise: an uncaught exception.
    throw reason
  })
}
