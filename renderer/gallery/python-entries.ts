/** The window with CPython: what runs it, a script of one's own, and what is known of its run. */
import type { CPythonEngine } from '../../main/run/contract.ts'
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
]
