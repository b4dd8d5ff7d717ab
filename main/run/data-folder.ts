import { homedir, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** `HOME` may be set to nothing; what is joined to that would lie in the current folder. */
const home = (): string => homedir() || userInfo().homedir

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
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? home(), 'Interleave')
  if (platform === 'darwin') return join(home(), 'Library', 'Application Support', 'Interleave')
  const data = environment['XDG_DATA_HOME'] ?? ''
  // The specification: one that is empty or relative is to be ignored.
  return join(isAbsolute(data) ? data : join(home(), '.local', 'share'), 'interleave')
}
