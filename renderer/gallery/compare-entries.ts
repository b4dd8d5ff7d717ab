/** The window with runs and recordings side by side. */
import { FAKE_RECORDINGS } from '../hosts/fake-recordings.ts'
import type { Session } from '../session/session.svelte.ts'
import type { SessionEntry } from './entry.ts'

const window = (entry: Omit<SessionEntry, 'kind'>): SessionEntry => ({
  kind: 'window',
  demo: 'gil-countdown',
  request: { variant: 'two-threads-gil', repeats: 3 },
  width: 1280,
  height: 720,
  options: { standAt: 1, scenario: 'twins' },
  ...entry,
})

/** The two cases of the run. */
async function cases(session: Session): Promise<void> {
  session.compare()
  await until(() => session.comparison.members.length >= 2)
}

async function until(isThere: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !isThere(); turn++) await Promise.resolve()
}

export const COMPARE_ENTRIES: readonly SessionEntry[] = [
  window({ id: 'compare', title: 'Two cases side by side', prepare: cases }),
  window({
    id: 'compare-three',
    title: 'Three side by side',
    prepare: async (session) => {
      await cases(session)
      const [first] = session.comparison.members
      if (first) await session.comparison.addRun(first.run, first.label, 3)
      session.settings.bottom = 38
    },
  }),
  window({
    id: 'compare-differences',
    title: 'What two cases differ in',
    prepare: async (session) => {
      await cases(session)
      session.settings.bottom = 72
    },
  }),
  window({
    id: 'compare-recording',
    title: 'A run beside a recording of another demo',
    options: { standAt: 1 },
    request: { variant: 'two-threads-gil' },
    prepare: (session) => session.compareWith(FAKE_RECORDINGS[1]?.path ?? ''),
  }),
  window({
    id: 'compare-nothing',
    title: 'Nothing is compared yet',
    unpictured: true,
    request: undefined,
    prepare: (session) => session.compare(),
  }),
]
