/** The window with CPython: what runs it, a script of one's own, and what is known of its run. */
import { nanoseconds } from '../../main/core/units.ts'
import { SCRIPT_DEMO, type CPythonEngine, type PythonStatus } from '../../main/run/contract.ts'
import type { Session } from '../session/session.svelte.ts'
import type { SessionEntry } from './entry.ts'

const OPEN_ENGINES = '.button.engine'

const window = (entry: Omit<SessionEntry, 'kind'>): SessionEntry => ({
  kind: 'window',
  demo: 'gil-countdown',
  width: 1280,
  height: 720,
  tab: 'source',
  ...entry,
})

const cpython =
  (index: number, rest: Partial<CPythonEngine> = {}) =>
  (session: Session) => {
    const { form, engines } = session
    const path = engines.interpreters[index]?.path ?? ''
    if (form) engines.choose({ ...rest, kind: 'cpython', path }, form.manifest, form.variant)
  }

const PYTHON: CPythonEngine = { kind: 'cpython', path: '/usr/bin/python3' }
const FREE_THREADED = '/home/ada/.pyenv/versions/3.13.0t/bin/python3'

const python = (rest: Partial<PythonStatus> = {}): PythonStatus => ({
  engine: PYTHON,
  label: 'CPython 3.13.0',
  version: '3.13.0',
  startMethod: 'fork',
  reading: 'measured',
  readingReason: '',
  switchInterval: nanoseconds(5e6),
  exit: { code: 0 },
  processes: 1,
  killed: [],
  limits: [],
  ...rest,
})

const explained = python({
  engine: { ...PYTHON, startMethod: 'spawn' },
  startMethod: 'spawn',
  exit: { code: -15, signal: 'SIGTERM' },
  processes: 3,
  killed: [
    {
      pid: 4713,
      name: 'SpawnProcess-1',
      signal: 'SIGKILL',
      lastEvent: nanoseconds(1.2e9),
      age: nanoseconds(1.2e6),
    },
  ],
  explanation: {
    headline: 'The started process imports the program again, and starts another.',
    sentences: [
      'Under spawn a process begins by importing the main module. This program starts its process there, with no main guard, so the child raised RuntimeError and the parent waited in q.get() for ever.',
      'Put what starts processes behind if __name__ == "__main__".',
    ],
    works: 'guarded',
  },
  limits: ['It printed more than 16 MiB: the rest was read and counted, not kept.'],
})

const twins = {
  python: [
    python(),
    python({
      label: 'CPython 3.13.0 free-threaded',
      engine: { ...PYTHON, path: FREE_THREADED },
      reading: 'no GIL',
    }),
  ],
} as const

export const PYTHON_ENTRIES: readonly SessionEntry[] = [
  window({
    id: 'engines',
    title: 'Engines of this machine',
    prepare: cpython(1),
    press: [OPEN_ENGINES],
  }),
  window({
    id: 'engines-twin',
    title: 'A free-threaded engine and its twin',
    prepare: (session) => {
      cpython(2)(session)
      session.engines.compareWith({
        kind: 'cpython',
        path: '/usr/bin/python3',
        startMethod: 'spawn',
      })
    },
    press: [OPEN_ENGINES],
  }),
  window({
    id: 'engines-none',
    title: 'No CPython',
    options: { interpreters: 'none' },
    press: [OPEN_ENGINES],
  }),
  window({
    id: 'engines-unusable',
    title: 'Interpreters that cannot be used',
    options: { interpreters: 'unusable' },
    press: [OPEN_ENGINES],
  }),
  window({
    id: 'engine-text',
    title: 'A text that takes no parameters',
    demo: 'sender-receiver-thread',
    prepare: cpython(1),
  }),
  window({
    id: 'script-form',
    title: 'A script is asked for',
    demo: SCRIPT_DEMO,
    options: { scripts: 'typed' },
  }),
  window({
    id: 'own-demos',
    title: 'Demos of one’s own, and one that is broken',
    demo: 'own-tills',
    options: { ownDemos: true },
    press: ['.catalogue-entry.broken'],
  }),
  window({
    id: 'own-folder',
    title: 'The folder of demos is asked for',
    demo: undefined,
    press: ['.catalogue-entry[title^="Files that end"]'],
  }),
  window({
    id: 'script-refused',
    title: 'A script that is none',
    demo: SCRIPT_DEMO,
    prepare: async ({ script }) => {
      script.path = '/home/ada/work'
      await script.examine(script.path)
    },
  }),
  window({
    id: 'script-consent',
    title: 'Consent to a script',
    demo: SCRIPT_DEMO,
    options: { scripts: 'dialog' },
    height: 800,
    prepare: async (session) => {
      cpython(2)(session)
      await session.openScript()
      session.script.arguments = '--workers 4 "holiday pictures" out/'
      await session.start()
    },
  }),
  window({
    id: 'python-measured',
    title: 'CPython, the GIL measured',
    tab: 'output',
    request: { variant: 'two-threads-gil', engine: PYTHON, repeats: 1 },
    options: { standAt: 1, reading: 'measured', status: { python: [python()] } },
  }),
  window({
    id: 'python-estimated',
    title: 'CPython, the GIL estimated',
    tab: 'lanes',
    request: { variant: 'two-threads-gil', engine: PYTHON, repeats: 1 },
    options: {
      standAt: 1,
      reading: 'estimated',
      status: {
        python: [
          python({
            reading: 'estimated',
            readingReason:
              'This system lets nobody read the memory of other programs (ptrace scope 2)',
            exit: { code: 1 },
          }),
        ],
      },
    },
    press: ['.python-item'],
  }),
  window({
    id: 'python-explained',
    title: 'A program that CPython cannot run',
    demo: 'sender-receiver-process',
    tab: 'output',
    request: { variant: 'note', engine: { ...PYTHON, startMethod: 'spawn' }, repeats: 1 },
    options: {
      standAt: 1,
      reading: 'measured',
      status: { state: 'stopped', python: [explained] },
    },
  }),
  window({
    id: 'python-gil-again',
    title: 'An import switched the GIL on',
    tab: 'lanes',
    request: { variant: 'two-threads-gil', engine: { ...PYTHON, path: FREE_THREADED }, repeats: 1 },
    options: {
      standAt: 1,
      reading: 'measured',
      status: {
        python: [
          python({
            label: 'CPython 3.13.0 free-threaded',
            engine: { ...PYTHON, path: FREE_THREADED },
            readingReason:
              'Importing _speedups switched it on at 0.31 s: that module does not say that it can do without.',
          }),
        ],
      },
    },
  }),
  window({
    id: 'twin',
    title: 'Two engines side by side',
    tab: 'charts',
    request: {
      variant: 'two-threads-gil',
      engine: PYTHON,
      twin: { ...PYTHON, path: FREE_THREADED },
      repeats: 3,
    },
    height: 800,
    options: { standAt: 1, scenario: 'twins', reading: 'measured', status: twins },
  }),
  window({
    id: 'twin-live',
    title: 'Two engines, as they run',
    unpictured: true,
    tab: 'lanes',
    request: {
      variant: 'two-threads-gil',
      engine: PYTHON,
      twin: { ...PYTHON, path: FREE_THREADED },
      repeats: 3,
    },
    options: { standAt: 0.6, scenario: 'twins', reading: 'measured', status: twins },
  }),
]
