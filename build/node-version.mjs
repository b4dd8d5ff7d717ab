/**
 * Says in one sentence that this Node is too old, and ends. Imported first and alone, so that the
 * rest may use what the old one lacks.
 */
const MINIMUM = [20, 19]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  process.stderr.write(
    `Interleave needs Node ${MINIMUM.join('.')} or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org.\n`,
  )
  process.exit(2)
}
