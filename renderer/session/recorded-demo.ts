import { SCRIPT_DEMO, type RunRequest } from '../../main/run/contract.ts'
import type { DemoManifest } from '../../main/demos/manifest.ts'
import { SCRIPT_MANIFEST } from './script-demo.ts'

/** The demo that was recorded; where there is none of that name here, one that says no more than that. */
export const manifestOf = (
  demos: readonly DemoManifest[],
  { demo, variant }: RunRequest,
): DemoManifest =>
  (demo === SCRIPT_DEMO ? SCRIPT_MANIFEST : demos.find(({ id }) => id === demo)) ?? {
    id: demo,
    title: demo === '' ? 'A recording' : demo,
    chapter: 'Recordings',
    summary: '',
    lookFor: [],
    parameters: [],
    variants: [{ id: variant, label: variant, help: '', program: '', needs: [], gil: false }],
    defaultVariant: variant,
    defaultRepeats: 1,
    quick: {},
    sources: [],
  }
