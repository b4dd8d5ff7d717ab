import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/**
 * What Interleave remembers of its user: `INTERLEAVE_DATA`, or the platform's folder for application
 * data (on Linux as the XDG base directory specification says).
 */
export function dataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = environment['INTERLEAVE_DATA'] ?? ''
  if (chosen !== '') return resolve(chosen)
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? homedir(), 'Interleave')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Interleave')
  const data = environment['XDG_DATA_HOME'] ?? ''
  // The specification: one that is empty or relative is to be ignored.
  return join(isAbsolute(data) ? data : join(homedir(), '.local', 'share'), 'interleave')
}
