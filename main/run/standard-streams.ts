/**
 * What the web host and the command line do when their output cannot be written. A reader that has
 * seen enough (`interleave list | head -1`) or a terminal that was closed is no failure, and never
 * ends a run; a result that found no room on the disk makes the exit code 1.
 */
export function outliveReaders({ stdout, stderr } = process): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') return
    stderr.write(`interleave: The result could not be written (${error.code ?? error.message}).\n`)
    process.once('exit', () => (process.exitCode = 1))
  })
  // There is nowhere left to say it.
  stderr.on('error', () => undefined)
}
