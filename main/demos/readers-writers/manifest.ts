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

const baseline = 'mutex'

export const manifest: DemoManifest = {
  id: 'readers-writers',
  title: 'Readers and writers',
  chapter: 'Locks',
  summary:
    'Readers may read together, a writer must be alone: what does letting readers in together bring, and who has to wait for it?',
  lookFor: [
    'Readers first: the readers’ lanes overlap. The writer’s is one long hatched band, because there is hardly ever a moment without a reader: it starves until they have done.',
    'Writers first: as soon as a writer waits, the readers queue up behind it. With four writers it is they who starve.',
    'Fair: everybody goes through a turnstile, in the order they came. Both get on.',
    'One at a time: a plain mutex. Readers keep each other out, though they do each other no harm.',
  ],
  parameters: [
    {
      id: 'readers',
      label: 'Readers',
      help: 'How many threads read.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 4,
      presets: [1, 4, 8],
    },
    {
      id: 'writers',
      label: 'Writers',
      help: 'How many threads write.',
      kind: 'integer',
      minimum: 1,
      maximum: 8,
      default: 1,
      presets: [1, 2, 4],
    },
    {
      id: 'read',
      label: 'Read',
      help: 'How long a read takes on average, by chance up to twice as long: a wait, as for a disk.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 2,
      presets: [0.5, 2, 10],
    },
    {
      id: 'write',
      label: 'Write',
      help: 'How long a write takes: a wait between its two halves.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 2,
      presets: [0.5, 2, 10],
    },
    {
      id: 'pause',
      label: 'Pause',
      help: 'How long each stays away before it comes again. With short pauses there is always a reader.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 0.3,
      presets: [0, 0.3, 2, 10],
    },
    {
      id: 'rounds',
      label: 'Rounds',
      help: 'How often each reader reads, and each writer writes.',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 60,
      presets: [20, 60, 500],
    },
  ],
  variants: [
    {
      id: 'readers-first',
      label: 'Readers first',
      help: 'The first reader keeps writers out, the last one lets them in (Courtois, Heymans, Parnas, 1971, problem 1).',
      ...inBoth('readersFirst', 'readers_first'),
      baseline,
    },
    {
      id: 'writers-first',
      label: 'Writers first',
      help: 'A writer that waits keeps new readers out (the same, problem 2).',
      ...inBoth('writersFirst', 'writers_first'),
      baseline,
    },
    {
      id: 'fair',
      label: 'Fair',
      help: 'A turnstile in front of it: in the order they came.',
      ...inBoth('fair', 'fair'),
      baseline,
    },
    {
      id: 'mutex',
      label: 'One at a time',
      help: 'A plain lock for readers and writers alike.',
      ...inBoth('mutex', 'mutex'),
    },
    {
      id: 'no-lock',
      label: 'No lock',
      help: 'Wrong: a reader sees a record that is half written.',
      ...inBoth('noLock', 'no_lock'),
      baseline,
    },
  ],
  defaultVariant: 'readers-first',
  defaultRepeats: 5,
  quick: { rounds: 15 },
  questions: [
    {
      id: 'longest',
      text: 'Who has to wait longest before getting in?',
      options: [
        { id: 'reader', label: 'A reader' },
        { id: 'writer', label: 'A writer' },
        { id: 'alike', label: 'About alike' },
      ],
      variants: ['readers-first', 'writers-first', 'fair', 'mutex'],
    },
  ],
  sweeps: [
    {
      id: 'readers',
      label: 'More readers',
      help: 'How many reads a second there are with each of the locks.',
      axes: [{ parameter: 'readers', values: [1, 2, 4, 8] }],
      variants: ['mutex', 'readers-first', 'writers-first', 'fair'],
    },
    {
      id: 'pause',
      label: 'Longer pauses',
      help: 'When readers stay away for longer, a writer finds its way in.',
      axes: [{ parameter: 'pause', values: [0, 0.3, 2, 5, 10] }],
      variants: ['readers-first', 'fair'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
