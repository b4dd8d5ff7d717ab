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
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
