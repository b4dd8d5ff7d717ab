import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { ExportedFile } from '../hosts/host.ts'
import type { Session } from '../session/session.svelte.ts'

/** What a chart's card needs to hand out its picture and data. */
export const chartExports = (
  session: Session,
  demo: DemoManifest,
  ...subjects: readonly string[]
) => ({
  demo: {
    id: demo.id,
    caption: [demo.title, ...subjects].filter((each) => each !== '').join(' · '),
  },
  onsave: (file: ExportedFile) => void session.save(file),
  onfailure: (what: string, error: unknown) =>
    session.say({
      tone: 'danger',
      title: `${what} was not exported.`,
      text: `${error instanceof Error ? error.message : String(error)} The data is untouched; export it as CSV instead.`,
    }),
})
