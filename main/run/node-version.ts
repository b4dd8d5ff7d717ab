/** As package.json's engines say. */
const MINIMUM = [20, 19] as const

/** One sentence when this Node cannot run Interleave; undefined when it can. */
export function nodeFault(version = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = MINIMUM
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined
  return (
    `Interleave needs Node ${MINIMUM.join('.')} or newer, and this is Node ${version}: ` +
    'install a newer one from https://nodejs.org.'
  )
}
