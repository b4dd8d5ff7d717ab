/** What engines are called. */
import type { Engine, Interpreter, RunRequest } from './contract.ts'

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

/** What runs the first of a request's engines. */
export const engineOf = ({ engine }: Pick<RunRequest, 'engine'>): Engine =>
  engine ?? { kind: 'node' }
