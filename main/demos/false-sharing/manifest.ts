import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'false-sharing',
  title: 'False sharing',
  chapter: 'Scaling',
  summary:
    'Each thread has a counter of its own, and nobody waits for a lock: why are counters that lie side by side so much slower?',
  lookFor: [
    'The lanes look the same in both variants: they run, without a lock, without a wait. That is what makes false sharing hard to find.',
    'A processor owns memory by lines of its cache, 64 bytes on most machines (128 on some). Two counters in one line: whoever writes takes the line away from the other, at each increment.',
    'Counters that are a line apart never meet. Sweep the stride and see how long a line is.',
    'It takes two processors that write at the same time. CPython does not get that far: an increment takes its interpreter longer than fetching the line, and under a GIL threads take turns anyway.',
  ],
  parameters: [
    {
      id: 'threads',
      label: 'Threads',
      help: 'How many threads count, each its own counter; in CPython processes, because of the GIL.',
      kind: 'integer',
      minimum: 1,
      maximum: 64,
      default: 2,
      presets: [2, 4, 8],
    },
    {
      id: 'increments',
      label: 'Increments',
      help: 'How far each thread counts.',
      kind: 'integer',
      minimum: 1_000,
      maximum: 1_000_000_000,
      default: 3_000_000,
      presets: [1_000_000, 3_000_000, 30_000_000],
    },
    {
      id: 'stride',
      label: 'Stride, bytes',
      help: 'How far apart the counters lie. Rounded down to 8 bytes, the size of a counter and its gap.',
      kind: 'integer',
      minimum: 8,
      maximum: 4_096,
      default: 8,
      presets: [8, 32, 64, 128],
    },
  ],
  variants: [
    {
      id: 'adjacent',
      label: 'Counters side by side',
      help: 'As many bytes apart as the stride says: several of them in one line of the cache.',
      program: 'adjacent',
      python: callOf(twin, 'adjacent'),
      gil: false,
      needs: ['threads'],
      baseline: 'padded',
    },
    {
      id: 'padded',
      label: 'Counters far apart',
      help: '512 bytes apart, whatever the stride says: each has a line of its own.',
      program: 'padded',
      python: callOf(twin, 'padded'),
      gil: false,
      needs: ['threads'],
    },
  ],
  defaultVariant: 'adjacent',
  defaultRepeats: 5,
  quick: { increments: 200_000 },
  questions: [
    {
      id: 'slower',
      text: 'Nothing is shared and nobody waits: how much slower will the counters be side by side than far apart?',
      options: [
        { id: 'same', label: 'Not at all' },
        { id: 'some', label: 'Up to twice as slow' },
        { id: 'much', label: 'More than twice as slow' },
      ],
      variants: ['adjacent'],
    },
    {
      id: 'line',
      text: 'In a sweep over the stride: from what distance on does it make no difference?',
      options: [
        { id: 'near', label: '32 or fewer' },
        { id: '64', label: '64' },
        { id: 'far', label: '128 or more' },
        { id: 'none', label: 'It makes none anywhere' },
      ],
      variants: ['adjacent'],
    },
  ],
  sweeps: [
    {
      id: 'stride',
      label: 'From 8 to 256 bytes apart',
      help: 'Each stride twice the one before: where it becomes fast, a line ends.',
      axes: [{ parameter: 'stride', values: [8, 16, 32, 64, 128, 256] }],
      variants: ['adjacent'],
    },
    {
      id: 'threads',
      label: 'More and more threads',
      help: 'Side by side and far apart, from one thread to twice as many as there are processors.',
      axes: [{ parameter: 'threads', values: 'to twice the processors' }],
      variants: ['adjacent', 'padded'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
