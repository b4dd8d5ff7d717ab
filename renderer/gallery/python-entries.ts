/** The window with CPython: what runs it, a script of one's own, and what is known of its run. */
import { SCRIPT_DEMO, type CPythonEngine } from '../../main/run/contract.ts'
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
  window({
    id: 'script-form',
    title: 'A script is asked for',
    demo: SCRIPT_DEMO,
    options: { scripts: 'typed' },
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
]
