/** Lines of the program's sources by places in what was built of them. */
import { findSourceMap } from 'node:module'

/**
 * @param own URL of the folder of this program's own entries. What lies in it, or in its `chunks`, is
 * ours; in its other folders lie the programs of the demos.
 * @returns `program.ts:12`; '' for what is not the program's.
 */
export function programLines(own: string): (file: string, line: number, column: number) => string {
  const known = new Map<string, string>()
  const isOwn = (file: string): boolean =>
    !file.startsWith('file:') ||
    (file.startsWith(own) && /^(chunks\/|assets\/|[^/]+$)/.test(file.slice(own.length)))
  return (file, line, column) => {
    if (isOwn(file)) return ''
    const key = `${file}:${line}:${column}`
    let found = known.get(key)
    if (found === undefined) known.set(key, (found = lineIn(file, line, column)))
    return found
  }
}

function lineIn(file: string, line: number, column: number): string {
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1)
  const [source, at] =
    entry !== undefined && 'originalSource' in entry
      ? [entry.originalSource, entry.originalLine + 1]
      : [file, line]
  return `${decoded(source.slice(source.lastIndexOf('/') + 1))}:${at}`
}

/** A file of the user's may have any name; a URL has it encoded. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
