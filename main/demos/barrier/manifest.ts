import type { DemoManifest, VariantDefinition } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

const inBoth = (program: string, python: string) =>
  ({
    program,
    python: callOf(twin, python),
    gil: false,
    needs: ['threads'],
  }) satisfies Partial<VariantDefinition>

export const manifest: DemoManifest = {
  id: 'barrier',
  title: 'Barrier',
  chapter: 'Coordination',
  summary:
    'Work in phases, and nobody begins the next one before all have ended this one: how long do they wait for the slow member, and what helps?',
  lookFor: [
    'Barrier: all lanes but one are a thin line most of the time, because they wait. The one that runs on is the one they wait for.',
    'No barrier: the fast members are done early, and the slow one goes on alone. The whole takes as long as before, if it is always the same one that is slow.',
    'In pieces: whoever is free takes the next piece, so the slow member takes fewer, and all come to the barrier at nearly the same time.',
    'Let the slowness wander: with a barrier each phase waits for somebody; without one it evens out.',
  ],
  parameters: [
    {
      id: 'parties',
      label: 'Parties',
      help: 'How many threads wait for each other.',
      kind: 'integer',
      minimum: 2,
      maximum: 16,
      default: 4,
      presets: [2, 4, 8],
    },
    {
      id: 'phases',
      label: 'Phases',
      help: 'How often they meet.',
      kind: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 20,
      presets: [5, 20, 200],
    },
    {
      id: 'work',
      label: 'Work',
      help: 'How long a member’s share of a phase takes: a wait, as for a device.',
      kind: 'number',
      unit: 'ms',
      minimum: 0.1,
      maximum: 10_000,
      default: 8,
      presets: [2, 8, 50],
    },
    {
      id: 'factor',
      label: 'Slow factor',
      help: 'How many times longer the slow member takes.',
      kind: 'number',
      minimum: 1,
      maximum: 100,
      default: 3,
      presets: [1, 1.5, 3, 10],
    },
    {
      id: 'wanders',
      label: 'Slowness wanders',
      help: '0: member 1 is always the slow one. 1: another member in each phase.',
      kind: 'integer',
      minimum: 0,
      maximum: 1,
      default: 0,
      presets: [0, 1],
    },
    {
      id: 'pieces',
      label: 'Pieces',
      help: 'Into how many pieces each share is split, in the variant that shares out the work.',
      kind: 'integer',
      minimum: 1,
      maximum: 100,
      default: 4,
      presets: [1, 4, 16],
    },
  ],
  variants: [
    {
      id: 'barrier',
      label: 'Barrier',
      help: 'Each has a share of its own, and all meet after each phase.',
      ...inBoth('barrier', 'barrier'),
      baseline: 'pieces',
    },
    {
      id: 'no-barrier',
      label: 'No barrier',
      help: 'Each has a share of its own and goes on at once: the phases overlap.',
      ...inBoth('noBarrier', 'no_barrier'),
      baseline: 'pieces',
    },
    {
      id: 'pieces',
      label: 'In pieces',
      help: 'All meet after each phase, but its work goes piece by piece to whoever is free.',
      ...inBoth('pieces', 'pieces'),
    },
  ],
  defaultVariant: 'barrier',
  defaultRepeats: 5,
  quick: { phases: 6 },
  questions: [
    {
      id: 'waited',
      text: 'What share of their time do the other members wait for the slow one?',
      options: [
        { id: 'quarter', label: 'Less than a quarter' },
        { id: 'half', label: 'A quarter to a half' },
        { id: 'more', label: 'More than half' },
      ],
      variants: ['barrier', 'pieces'],
    },
    {
      id: 'helps',
      text: 'Is it over sooner without the barrier than when the work is shared out in pieces?',
      options: [
        { id: 'faster', label: 'Yes, sooner' },
        { id: 'no difference shown', label: 'No difference' },
        { id: 'slower', label: 'No, later' },
      ],
      variants: ['no-barrier'],
    },
  ],
  sweeps: [
    {
      id: 'factor',
      label: 'Slower and slower',
      help: 'What one slow member costs everybody, with its own share and with pieces.',
      axes: [{ parameter: 'factor', values: [1, 1.5, 2, 3, 5] }],
      variants: ['barrier', 'no-barrier', 'pieces'],
    },
    {
      id: 'pieces',
      label: 'Finer and finer',
      help: 'The finer the pieces the more even, until taking them costs more than it brings.',
      axes: [{ parameter: 'pieces', values: [1, 2, 4, 8, 16, 32] }],
      variants: ['pieces'],
    },
    {
      id: 'wanders',
      label: 'Always the same, or another each time',
      help: 'A barrier cannot even out a slowness that wanders; without one it costs little.',
      axes: [{ parameter: 'wanders', values: [0, 1] }],
      variants: ['barrier', 'no-barrier', 'pieces'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
