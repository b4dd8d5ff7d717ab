/** Demos of somebody's own, one of them broken: for the gallery and for tests. */
import type { DemoManifest } from '../../main/demos/manifest.ts'
import type { OwnDemos } from '../../main/run/contract.ts'

const tills: DemoManifest = {
  id: 'own-tills',
  title: 'Two tills',
  chapter: 'Your own',
  summary: 'Is one queue before two tills quicker than two queues?',
  lookFor: ['Customers of the slow till wait while the other one is idle.'],
  parameters: [
    {
      id: 'customers',
      label: 'Customers',
      help: 'How many come.',
      kind: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: 50,
      presets: [],
    },
  ],
  variants: [
    {
      id: 'oneQueue',
      label: 'One queue',
      help: 'Whoever is first goes to the next till that is free.',
      program: 'oneQueue',
      needs: ['threads'],
      gil: false,
    },
  ],
  defaultVariant: 'oneQueue',
  defaultRepeats: 5,
  quick: {},
  sources: [
    { language: 'typescript', file: 'tills.demo.ts', text: 'export function oneQueue() {}\n' },
  ],
}

export const FAKE_OWN: OwnDemos = {
  folder: '/home/ada/demos',
  demos: [tills],
  broken: [
    {
      demo: 'ferry.demo.ts',
      file: 'ferry.demo.ts',
      line: 12,
      message: 'variants.full.run must be exported: another thread finds board by its name.',
      remedy: 'Change it and save it: it is looked at again.',
      detail: '',
    },
  ],
}

export const NO_OWN: OwnDemos = { folder: '', demos: [], broken: [] }
