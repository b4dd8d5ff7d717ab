/** What a run's status says of the engines that ran it. */
import type { CPythonEngine, PythonStatus, RunStatus } from '../run/contract.ts'
import { engineOf } from '../run/engines.ts'
import type { EngineFacts } from './demo.ts'

const NODE: EngineFacts = {
  kind: 'node',
  label: 'Node',
  version: '',
  freeThreaded: false,
  gil: false,
  startMethod: '',
}

/** The first engine of the request first, then its twin. */
export const enginesOf = ({ request, python = [] }: RunStatus): readonly EngineFacts[] =>
  [engineOf(request), ...(request.twin === undefined ? [] : [request.twin])].map((engine) =>
    engine.kind === 'node' ? NODE : cpython(engine, python.find(isOf(engine))),
  )

const isOf =
  (wanted: CPythonEngine) =>
  ({ engine }: PythonStatus): boolean =>
    engine.path === wanted.path &&
    engine.startMethod === wanted.startMethod &&
    engine.gil === wanted.gil

/** Of an engine that nothing is known of, an ordinary build is assumed. */
function cpython(engine: CPythonEngine, status: PythonStatus | undefined): EngineFacts {
  const label = status?.label ?? engine.path
  return {
    kind: 'cpython',
    label,
    version: status?.version ?? '',
    freeThreaded: label.includes(' free-threaded'),
    gil: status?.reading !== 'no GIL',
    startMethod: status?.startMethod ?? engine.startMethod ?? '',
    ...(status && { reading: status.reading }),
    ...(status?.exit && { exit: status.exit }),
    ...(status?.explanation && { explanation: status.explanation }),
  }
}
