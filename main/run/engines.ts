/**
 * What engines are called. A section of a twin run is labelled `variant@engine`, so that marks,
 * measurements and verdicts tell the two apart.
 */
import type { Engine, Interpreter, RunRequest } from './contract.ts'

const SEPARATOR = '@'

/** `Node`, `CPython 3.13.0`, `CPython 3.13.0 free-threaded, spawn`. */
export function engineLabel(engine: Engine, interpreters: readonly Interpreter[]): string {
  if (engine.kind === 'node') return 'Node'
  const found = interpreters.find(({ path }) => path === engine.path)
  if (found === undefined) return engine.path
  const { implementation, version, freeThreaded } = found
  const build = freeThreaded ? ' free-threaded' : ''
  const gil = engine.gil === undefined ? '' : engine.gil ? ', GIL on' : ', GIL off'
  const method = engine.startMethod === undefined ? '' : `, ${engine.startMethod}`
  return `${implementation} ${version}${build}${gil}${method}`
}

export const sectionLabel = (variant: string, engine: string): string =>
  `${variant}${SEPARATOR}${engine}`

/** Of a section's label. `engine` '': it was no twin run. */
export function partsOfLabel(label: string): { readonly variant: string; readonly engine: string } {
  const at = label.indexOf(SEPARATOR)
  return at < 0
    ? { variant: label, engine: '' }
    : { variant: label.slice(0, at), engine: label.slice(at + 1) }
}

/** What runs the first of a request's engines. */
export const engineOf = ({ engine }: Pick<RunRequest, 'engine'>): Engine =>
  engine ?? { kind: 'node' }
