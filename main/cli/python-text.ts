import { exitWords, gilWords, killedWords } from '../export/python-words.ts'
import { plural } from '../core/figures-format.ts'
import type { PythonStatus, RunFailure } from '../run/contract.ts'

/**
 * What is known at the end of one engine's newest program: a line, and one for each thing to note.
 * @param failure told already: what it says is not said again.
 */
export function describePython(python: PythonStatus, failure: RunFailure | undefined): string {
  const { label, startMethod, processes, killed, limits, explanation } = python
  const method = startMethod === '' || label.endsWith(`, ${startMethod}`) ? '' : `, ${startMethod}`
  const end = exitWords(python) ?? 'no exit code'
  const notes = [
    gilWords(python),
    ...killed.map((each) => `Killed: ${killedWords(each)}`),
    ...limits,
    ...(explanation ? [explanation.headline, ...explanation.sentences] : []),
    ...(explanation?.works === undefined ? [] : [`Works: --variant ${explanation.works}`]),
  ]
  return [
    `interleave: ${label}${method}: ${plural(processes, 'process', 'processes')}, ${end}\n`,
    ...notes
      .filter((note) => note !== failure?.headline && note !== failure?.remedy)
      .map((note) => `  ${note}\n`),
  ].join('')
}
