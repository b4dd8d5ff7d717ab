/** Scripts that there are not. */
import { failure, refusal, success, type Refusal, type Result } from '../../main/core/result.ts'
import type { ScriptFile } from '../../main/run/contract.ts'

const SHA256 = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9'

/** Any path of a .py file leads to the same one. */
export function fakeScript(path: string): Result<ScriptFile, Refusal> {
  if (!path.endsWith('.py'))
    return failure(
      refusal(
        'environment',
        `${path} is no Python script: it is a folder.`,
        'Give the whole path of a .py file.',
      ),
    )
  const folder = path.slice(0, path.lastIndexOf('/')) || '/'
  return success({ path, folder, bytes: 2_418, sha256: SHA256, consented: false })
}
