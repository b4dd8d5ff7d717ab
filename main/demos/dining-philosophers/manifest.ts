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
  id: 'dining-philosophers',
  title: 'Dining philosophers',
  chapter: 'Locks',
  summary:
    'Philosophers around a table, one fork between each two, and both are needed to eat: how do they come to wait for each other for ever, and what keeps them from it?',
  lookFor: [
    'Deadlock: every lane turns into one hatched band at the same moment, and every fork has a holder that others wait for. The alarm names the cycle while it lasts.',
    'The main thread waits for the next meal with a timeout. When none comes it takes the forks away, so that the run goes on: nobody at the table could.',
    'The cures: the hatching is short. With ordered forks one philosopher reaches for the other fork first; the waiter’s row counts who may reach; with back-off forks change hands without a meal.',
  ],
  parameters: [
    {
      id: 'philosophers',
      label: 'Philosophers',
      help: 'How many sit around the table; there are as many forks.',
      kind: 'integer',
      minimum: 2,
      maximum: 16,
      default: 5,
      presets: [2, 3, 5, 8],
    },
    {
      id: 'meals',
      label: 'Meals',
      help: 'How often each of them wants to eat.',
      kind: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 20,
      presets: [5, 20, 100],
    },
    {
      id: 'think',
      label: 'Think',
      help: 'How long each thinks (sleeps) before each meal.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 2,
      presets: [0, 2, 20],
    },
    {
      id: 'between',
      label: 'Between the forks',
      help: 'How long one fork is held before the other is reached for: with a longer time the cycle closes sooner; with 0 it still can.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 100,
      default: 5,
      presets: [0, 0.1, 1, 5],
    },
    {
      id: 'eat',
      label: 'Eat',
      help: 'How long a meal takes (work), with both forks in hand.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 100,
      default: 2,
      presets: [0.5, 2, 10],
    },
    {
      id: 'patience',
      label: 'Patience',
      help: 'The main thread breaks the deadlock when nobody has eaten for so long, and for the time that a meal takes. The alarm needs about half a second of it.',
      kind: 'number',
      unit: 's',
      minimum: 0.5,
      maximum: 8,
      default: 1.5,
      presets: [0.6, 1.5, 5],
    },
  ],
  variants: [
    {
      id: 'naive',
      label: 'Left, then right',
      help: 'Each takes the fork on the left, then the one on the right.',
      ...inBoth('naive', 'naive'),
      baseline: 'ordered',
    },
    {
      id: 'ordered',
      label: 'Ordered forks',
      help: 'Each takes the fork with the lower number first (Dijkstra’s resource hierarchy): no cycle can close.',
      ...inBoth('ordered', 'ordered'),
    },
    {
      id: 'waiter',
      label: 'A waiter',
      help: 'A semaphore lets all but one reach for their forks: one of them always has both neighbours’.',
      ...inBoth('waiter', 'waiter'),
      baseline: 'ordered',
    },
    {
      id: 'back-off',
      label: 'Back off',
      help: 'Whoever does not get the second fork at once puts the first one back and tries again after a while, by chance.',
      ...inBoth('backOff', 'back_off'),
      baseline: 'ordered',
      lookFor: [
        'Nobody waits with a fork in hand, so no cycle can close; but tries come to nothing. With equal pauses all could fail together again and again: a livelock.',
      ],
    },
  ],
  defaultVariant: 'naive',
  defaultRepeats: 5,
  quick: { meals: 5, patience: 0.6 },
  questions: [
    {
      id: 'finish',
      text: 'Will all philosophers eat all of their meals?',
      options: [
        { id: 'always', label: 'In every repeat' },
        { id: 'sometimes', label: 'In some repeats' },
        { id: 'never', label: 'In none: they wait for each other' },
      ],
    },
    {
      id: 'fair',
      text: 'Is the hungriest philosopher hungry more than twice as long as the luckiest one?',
      options: [
        { id: 'yes', label: 'Yes' },
        { id: 'no', label: 'No' },
      ],
      variants: ['ordered', 'waiter', 'back-off'],
    },
  ],
  sweeps: [
    {
      id: 'cures',
      label: 'Cures against the size of the table',
      help: 'How many meals a second each cure allows as the table grows.',
      axes: [{ parameter: 'philosophers', values: [2, 3, 5, 8] }],
      variants: ['ordered', 'waiter', 'back-off'],
    },
    {
      id: 'window',
      label: 'How long one fork is held alone',
      help: 'How soon the cycle closes: from hardly ever to at once.',
      axes: [{ parameter: 'between', values: [0, 0.1, 1, 5] }],
      variants: ['naive'],
    },
  ],
  endsDeadlocks: true,
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
