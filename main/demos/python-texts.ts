/** Python texts of demos, as their variants run them. */
import type { PythonText } from './manifest.ts'

/** A program of the note (or with nothing but a guard added): run as it stands. */
export const verbatim = (file: string, text: string): PythonText => ({
  file,
  text,
  takes: 'nothing',
})

/**
 * A twin, of which one function is called with the parameters. The call is guarded: a process that
 * is spawned imports the same file.
 * @param text the twin, as the Source tab shows it: its lines keep their numbers
 */
export const callOf = (text: string, name: string): PythonText => ({
  file: 'twin.py',
  text: `${text}
if __name__ == '__main__':
    import json, sys
    ${name}(json.loads(sys.argv[1]))
`,
  takes: 'parameters',
})

/** A listing of two programs, where the second one begins with `second`. */
export function parts(listing: string, second: string): readonly [string, string] {
  const at = listing.indexOf(second)
  if (at < 0) throw new Error(`no ${JSON.stringify(second)} in the listing`)
  return [listing.slice(0, at), listing.slice(at)]
}
