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
  id: 'semaphore',
  title: 'Semaphore',
  chapter: 'Coordination',
  summary:
    'A store that gets slower the more come at once, because they spoil each other’s transactions: does it help to let only a few of them in?',
  lookFor: [
    'Limited: the pool’s row climbs to the number of permits and no further; the tasks that wait for one are hatched. A task that has one is seldom disturbed.',
    'Unlimited: nobody waits, all lanes run or wait for a processor, and yet it takes longer: a task that finds at its end that the record has changed begins again.',
    'Sweep over the permits: too few leave processors idle, too many do work in vain.',
  ],
  parameters: [
    {
      id: 'permits',
      label: 'Permits',
      help: 'How many transactions may be under way at once.',
      kind: 'integer',
      minimum: 1,
      maximum: 64,
      default: 2,
      presets: [1, 2, 4, 8],
    },
    {
      id: 'tasks',
      label: 'Tasks',
      help: 'How many threads have transactions to do.',
      kind: 'integer',
      minimum: 1,
      maximum: 64,
      default: 8,
      presets: [2, 8, 16],
    },
    {
      id: 'rounds',
      label: 'Rounds',
      help: 'Transactions of each task.',
      kind: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 8,
      presets: [2, 8, 50],
    },
    {
      id: 'hold',
      label: 'Hold',
      help: 'How long one attempt computes, with a processor to itself. Short ones are over before another thread gets the processor, and seldom spoilt.',
      kind: 'number',
      unit: 'ms',
      minimum: 0.01,
      maximum: 1_000,
      default: 5,
      presets: [1, 5, 20],
    },
    {
      id: 'records',
      label: 'Records',
      help: 'Each transaction changes one of them, by chance. The fewer, the more often two meet.',
      kind: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 2,
      presets: [1, 2, 100],
    },
  ],
  variants: [
    {
      id: 'limited',
      label: 'Limited',
      help: 'BoundedSemaphore(permits): the others wait in front of it.',
      ...inBoth('limited', 'limited'),
      baseline: 'unlimited',
    },
    {
      id: 'unlimited',
      label: 'Unlimited',
      help: 'All tasks at once.',
      ...inBoth('unlimited', 'unlimited'),
    },
  ],
  defaultVariant: 'limited',
  defaultRepeats: 5,
  quick: { rounds: 2, hold: 4 },
  questions: [
    {
      id: 'sooner',
      text: 'Is the work done sooner when only a few tasks may be at it at once?',
      options: [
        { id: 'faster', label: 'Yes, sooner' },
        { id: 'no difference shown', label: 'No difference' },
        { id: 'slower', label: 'No, later' },
      ],
      variants: ['limited'],
    },
  ],
  sweeps: [
    {
      id: 'permits',
      label: 'How many permits',
      help: 'Transactions a second rise up to some number of permits, and fall after it.',
      axes: [{ parameter: 'permits', values: [1, 2, 3, 4, 6, 8] }],
      variants: ['limited'],
    },
    {
      id: 'tasks',
      label: 'More and more tasks',
      help: 'With a limit the rate stays, without one it breaks down.',
      axes: [{ parameter: 'tasks', values: [1, 2, 4, 8, 16] }],
      variants: ['limited', 'unlimited'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
