import type { DemoManifest } from '../../main/demos/manifest.ts'
import { SCRIPT_DEMO } from '../../main/run/contract.ts'

/** The user's own script as the window shows it: what it is, is known once it is chosen. */
export const SCRIPT_MANIFEST: DemoManifest = {
  id: SCRIPT_DEMO,
  title: 'Python script',
  chapter: 'Your own',
  summary: 'Any Python script, unmodified, on an interpreter of this machine.',
  lookFor: [],
  parameters: [],
  variants: [
    {
      id: 'script',
      label: 'The script',
      help: 'It is run as it stands, with its arguments, in its folder.',
      python: { file: '', text: '', takes: 'nothing' },
      gil: false,
      needs: [],
    },
  ],
  defaultVariant: 'script',
  defaultRepeats: 1,
  quick: {},
  sources: [],
}
