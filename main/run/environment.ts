import { availableParallelism, release, type } from 'node:os'
import type { Environment } from './contract.ts'

/** The machine and program that runs are measured on, as this host sees them. */
export function describeEnvironment(): Environment {
  // Electron adds its own version; a plain Node has none.
  const { electron } = process.versions as NodeJS.ProcessVersions & { readonly electron?: string }
  return {
    platform: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    ...(electron !== undefined && { electron }),
    processors: availableParallelism(),
    startedAt: new Date().toISOString(),
  }
}
