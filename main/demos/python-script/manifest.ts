import { SCRIPT_DEMO } from '../../run/contract.ts'
import type { DemoManifest } from '../manifest.ts'

/** The user's own script: not in the catalogue, because nothing of it is known before it is chosen. */
export const manifest: DemoManifest = {
  id: SCRIPT_DEMO,
  title: 'Your Python script',
  chapter: 'Your own',
  summary: 'A script of yours, unmodified, on an interpreter of this machine.',
  lookFor: [
    'Every thread and every process of it has a row; so has every lock, queue and GIL that they use.',
    'Hatched: a thread waits. Select the wait to see what it waits for, who holds it, and on which lines.',
    'Two threads that run under one GIL take turns: one row is solid where the other is hatched. In a free-threaded build both are solid.',
  ],
  parameters: [],
  variants: [
    {
      id: 'script',
      label: 'The script',
      help: 'It is run as it stands, with its arguments, in its folder.',
      gil: false,
      needs: [],
    },
  ],
  defaultVariant: 'script',
  defaultRepeats: 1,
  quick: {},
  sources: [],
}
