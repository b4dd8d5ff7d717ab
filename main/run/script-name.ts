import { realpath } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import type { ScriptTarget } from './contract.ts'

/**
 * The name, seen from the working folder, leads to the script: as the system follows it, link by
 * link, because `..` behind a link does not lead back. Without a name: true.
 */
export async function leadsToScript({
  path,
  name,
  folder,
}: Pick<ScriptTarget, 'path' | 'name' | 'folder'>): Promise<boolean> {
  if (name === undefined) return true
  const seen = isAbsolute(name) ? name : `${folder}${sep}${name}`
  const [script, named] = await Promise.all([resolved(path), resolved(seen)])
  return script !== undefined && script === named
}

/** Undefined: there is nothing. */
const resolved = (path: string): Promise<string | undefined> =>
  realpath(path).catch(() => undefined)
