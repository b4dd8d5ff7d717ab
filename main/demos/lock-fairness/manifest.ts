import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'lock-fairness',
  title: 'Lock fairness',
  chapter: 'Locks',
  summary:
    'A lock that anyone may take as soon as it is free, or one that is handed to whoever has waited longest: what does fairness cost, and what does it buy?',
  lookFor: [
    'Barging: one thread takes the lock again and again before those who sleep have woken up. Their lanes stay hatched for long stretches, and the lock’s row shows one name.',
    'Hand-off: the threads take turns, one round each. No wait is long, but every release has to wake somebody and wait for it: the lock stands idle meanwhile.',
    'Give the threads work outside the lock: the two draw closer, because the one that released it is no longer the first to come back.',
  ],
  parameters: [
    {
      id: 'threads',
      label: 'Threads',
      help: 'How many threads want the lock.',
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
      maximum: 100_000,
      default: 400,
      presets: [100, 400, 2_000],
    },
    {
      id: 'held',
      label: 'Held',
      help: 'Work done while the lock is held, each round.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 0.2,
      presets: [0.01, 0.2, 1],
    },
    {
      id: 'outside',
      label: 'Outside',
      help: 'Work done without the lock, each round.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 0,
      presets: [0, 0.2, 1],
    },
  ],
  variants: [
    {
      id: 'hand-off',
      label: 'Handed over',
      help: 'A release gives the lock to the thread that has waited longest.',
      program: 'handOff',
      python: callOf(twin, 'hand_off'),
      gil: false,
      needs: ['threads'],
      baseline: 'barging',
    },
    {
      id: 'barging',
      label: 'Barging',
      help: 'A release frees the lock: whoever comes first gets it, as in CPython.',
      program: 'barging',
      python: callOf(twin, 'barging'),
      gil: false,
      needs: ['threads'],
    },
  ],
  defaultVariant: 'hand-off',
  defaultRepeats: 5,
  quick: { rounds: 20 },
  questions: [
    {
      id: 'cost',
      text: 'Handing the lock over wakes somebody at each release. How much longer will the same rounds take than with barging?',
      options: [
        { id: 'none', label: 'No longer' },
        { id: 'some', label: 'Up to twice as long' },
        { id: 'much', label: 'More than twice as long' },
      ],
      variants: ['hand-off'],
    },
    {
      id: 'turns',
      text: 'With barging: how often is it another thread than the one before that gets the lock?',
      options: [
        { id: 'seldom', label: 'Less than one time in ten' },
        { id: 'sometimes', label: 'Between that and half of the time' },
        { id: 'mostly', label: 'Mostly' },
      ],
    },
  ],
  sweeps: [
    {
      id: 'held',
      label: 'How long it is held',
      help: 'Handed over and barging, with 0.01 to 1 ms in the lock: the longer it is held, the less a wake-up weighs.',
      axes: [{ parameter: 'held', values: [0.01, 0.05, 0.2, 1] }],
      variants: ['barging', 'hand-off'],
    },
    {
      id: 'outside',
      label: 'Work outside of the lock',
      help: 'Handed over and barging, with 0 to 1 ms between two rounds: who comes back later does not barge.',
      axes: [{ parameter: 'outside', values: [0, 0.1, 0.4, 1] }],
      variants: ['barging', 'hand-off'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
