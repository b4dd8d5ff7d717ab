/** Interpreters of machines that there are not. */
import type { Interpreter, StartMethod } from '../../main/run/contract.ts'

const METHODS: readonly StartMethod[] = ['fork', 'spawn', 'forkserver']

const cpython = (
  version: string,
  path: string,
  foundBy: string,
  rest: Partial<Interpreter> = {},
): Interpreter => ({
  path,
  implementation: 'CPython',
  version,
  freeThreaded: false,
  gil: true,
  startMethods: METHODS,
  defaultStartMethod: 'fork',
  foundBy,
  ...rest,
})

const pyenv = (version: string) => `/home/ada/.pyenv/versions/${version}/bin/python3`

const FORKSERVER = { defaultStartMethod: 'forkserver' } as const

const MANY: readonly Interpreter[] = [
  cpython('3.14.0', '/usr/local/bin/python3.14', 'PATH', FORKSERVER),
  cpython('3.13.0', '/usr/bin/python3', 'PATH'),
  cpython('3.13.0', pyenv('3.13.0t'), 'pyenv', { freeThreaded: true, gil: false }),
  cpython('3.12.1', pyenv('3.12.1'), 'pyenv'),
  cpython('3.11.7', '/opt/conda/envs/measure/bin/python', 'conda'),
  cpython('3.8.18', pyenv('3.8.18'), 'added by hand'),
]

const UNUSABLE: readonly Interpreter[] = [
  cpython('3.13.0', '/usr/bin/python3', 'PATH'),
  cpython('3.6.15', pyenv('3.6.15'), 'pyenv', {
    unusable: 'It is older than 3.8: use a newer one.',
  }),
  cpython('7.3.17', '/opt/pypy/bin/pypy3', 'PATH', {
    implementation: 'PyPy',
    unusable: 'It is no CPython: its threads cannot be traced.',
  }),
  cpython('3.12.1', pyenv('3.12.1'), 'added by hand', {
    unusable: 'It is gone since it was found: look again, or add it where it is now.',
  }),
]

export const FAKE_INTERPRETERS = { none: [], many: MANY, unusable: UNUSABLE } as const
export type FakeInterpreters = keyof typeof FAKE_INTERPRETERS
