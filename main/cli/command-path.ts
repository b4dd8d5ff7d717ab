import { access, constants, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join, resolve } from 'node:path'

/**
 * The file that a shell would start for this name: one with a folder in it is a path, any other is
 * looked for in PATH. Undefined: there is none.
 */
export async function commandPath(
  name: string,
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const isWindows = platform === 'win32'
  const endings = isWindows && !/\.exe$/i.test(name) ? ['.exe', ''] : ['']
  const path = environment['PATH'] ?? environment['Path'] ?? ''
  const folders = /[\\/]/.test(name) ? [''] : path.split(delimiter).filter((each) => each !== '')
  for (const folder of folders)
    for (const ending of endings) {
      const file = isAbsolute(name) ? name + ending : resolve(join(folder, name + ending))
      if (await isProgram(file, isWindows)) return file
    }
  return undefined
}

async function isProgram(file: string, isWindows: boolean): Promise<boolean> {
  try {
    // The Windows Store's aliases are links that lead nowhere.
    if (!(await stat(file)).isFile()) return false
    if (!isWindows) await access(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
