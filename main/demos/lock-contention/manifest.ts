import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'lock-contention',
  title: 'Lock contention',
  chapter: 'Locks',
  summary:
    'Threads that work inside and outside one lock: how much of their time do they wait for it?',
  lookFor: [
    'A lane is hatched while it waits for the lock, and the lock’s row names the holder. A holder that others wait for is marked.',
    'The lock is the bottleneck once threads\u00a0×\u00a0held exceeds held + outside: from then on it is never free, and more threads only wait more.',
    'Make the time outside longer, or the time held shorter, until the hatching is gone.',
  ],
  parameters: [
    {
      id: 'threads',
      label: 'Threads',
      help: 'How many threads take the lock by turns.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 4,
      presets: [2, 4, 8],
    },
    {
      id: 'rounds',
      label: 'Rounds',
      help: 'How often each thread takes the lock.',
      kind: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 150,
      presets: [50, 150, 1_000],
    },
    {
      id: 'held',
      label: 'Held',
      help: 'Work done while the lock is held, each round.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 1,
      presets: [0.01, 0.1, 1],
    },
    {
      id: 'outside',
      label: 'Outside',
      help: 'Work done without the lock, each round.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 1,
      presets: [0, 1, 5],
    },
  ],
  variants: [
    {
      id: 'one-lock',
      label: 'One lock',
      help: 'All threads share one lock.',
      program: 'oneLock',
      python: callOf(twin, 'one_lock'),
      gil: false,
      needs: ['threads'],
      baseline: 'lock-each',
    },
    {
      id: 'lock-each',
      label: 'A lock for each thread',
      help: 'Every thread has a lock of its own, so that none ever waits.',
      program: 'lockEach',
      python: callOf(twin, 'lock_each'),
      gil: false,
      needs: ['threads'],
    },
  ],
  defaultVariant: 'one-lock',
  defaultRepeats: 5,
  quick: { rounds: 50 },
  questions: [
    {
      id: 'cost',
      text: 'How much longer will the threads take with one lock than with a lock for each?',
      options: [
        { id: 'none', label: 'No longer' },
        { id: 'some', label: 'Longer, but by less than their number' },
        { id: 'threads', label: 'About as many times as there are threads: they all take turns' },
      ],
      variants: ['one-lock'],
    },
    {
      id: 'waiting',
      text: 'How much of their time will they wait for the one lock?',
      options: [
        { id: 'little', label: 'Less than a tenth' },
        { id: 'some', label: 'Up to half of it' },
        { id: 'most', label: 'More than half of it' },
      ],
      variants: ['one-lock'],
    },
  ],
  sweeps: [
    {
      id: 'threads',
      label: 'More and more threads',
      help: 'From one thread to twice as many as there are processors: with held = outside, the lock is full from two on.',
      axes: [{ parameter: 'threads', values: 'to twice the processors' }],
      variants: ['one-lock', 'lock-each'],
    },
    {
      id: 'held',
      label: 'Held against outside',
      help: 'Every pair of times in the lock and out of it: where does waiting begin?',
      axes: [
        { parameter: 'held', values: [0.05, 0.2, 1] },
        { parameter: 'outside', values: [0, 0.2, 1] },
      ],
      variants: ['one-lock'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
