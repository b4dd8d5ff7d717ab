import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'lost-updates',
  title: 'Lost updates',
  chapter: 'Memory',
  summary:
    'Threads count up one shared counter, without a lock and with one: how many increments are lost?',
  lookFor: [
    'counter += 1 reads, adds and writes. Two threads that read the same number write the same number: one increment is lost. The program prints how many were.',
    'Without a lock the lanes run side by side all the time, and the count is wrong. With one they take turns (hatched: waiting), and it is right.',
    'Under the GIL one thread runs at a time, and still increments are lost wherever it changes hands between a read and its write: “In two steps” prints the first such moment of each thread.',
  ],
  claim: 'Why: prevents race conditions and ensures thread safety for reference counting.',
  parameters: [
    {
      id: 'threads',
      label: 'Threads',
      help: 'How many threads count.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 4,
      presets: [1, 2, 4, 8],
    },
    {
      id: 'increments',
      label: 'Increments',
      help: 'How often each thread adds 1.',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000_000,
      default: 30_000,
      presets: [3_000, 30_000, 1_000_000],
    },
    {
      id: 'steps',
      label: 'Steps between',
      help: 'Arithmetic steps between two increments: the fewer, the more often two threads want the counter at once. CPython counts without them: its bytecode takes its time anyway.',
      kind: 'integer',
      minimum: 0,
      maximum: 10_000,
      default: 400,
      presets: [0, 400, 4_000],
    },
    {
      id: 'switchInterval',
      label: 'Switch interval',
      help: 'How long a thread waits for the GIL before it asks the holder to let go. CPython’s own is 5 ms (sys.setswitchinterval); a shorter one makes the race visible sooner.',
      kind: 'number',
      unit: 'ms',
      minimum: 0.01,
      maximum: 1_000,
      default: 0.5,
      presets: [0.1, 0.5, 5],
    },
  ],
  variants: [
    {
      id: 'no-lock',
      label: 'No lock',
      help: 'counter.value += 1, and nothing else. In CPython the version decides, and whether it has a GIL.',
      program: 'noLock',
      python: callOf(twin, 'no_lock'),
      gil: false,
      needs: ['threads'],
      baseline: 'lock',
      lookFor: [
        'CPython up to 3.9 looks after almost every instruction whether another thread wants the GIL, so it may be handed over within +=. From 3.10 on it looks only where a loop goes back and around calls: there += in such a loop is whole. That is how it is built, no promise: nothing in the language says so.',
      ],
    },
    {
      id: 'lock',
      label: 'With a lock',
      help: 'The same within a lock: read, add and write belong to one thread.',
      program: 'withLock',
      python: callOf(twin, 'with_lock'),
      gil: false,
      needs: ['threads'],
    },
    {
      id: 'gil',
      label: 'One GIL',
      help: 'counter.value += 1 under an emulated GIL that changes hands between increments alone, as CPython’s does from 3.10 on. For the real one choose “No lock” with CPython.',
      program: 'noLock',
      gil: true,
      needs: ['threads'],
      baseline: 'lock',
    },
    {
      id: 'split',
      label: 'One GIL, in two steps',
      help: 'A call lies between the read and the write: there the GIL may change hands, in every version of CPython that has one.',
      program: 'split',
      python: callOf(twin, 'split'),
      gil: true,
      needs: ['threads'],
      baseline: 'lock',
    },
    {
      id: 'atomic',
      label: 'Atomic add',
      help: 'Atomics.add: one instruction of the processor. CPython has no such thing for a number of a program.',
      program: 'atomic',
      gil: false,
      needs: ['threads'],
      baseline: 'lock',
    },
  ],
  defaultVariant: 'no-lock',
  defaultRepeats: 5,
  quick: { threads: 2, increments: 5_000 },
  questions: [
    {
      id: 'lost',
      text: 'Several threads add 1 to one counter, without a lock. How many of the increments are lost?',
      options: [
        { id: 'none', label: 'None' },
        { id: 'few', label: 'Fewer than one in a hundred' },
        { id: 'many', label: 'One in a hundred, or more' },
      ],
      variants: ['no-lock', 'gil', 'split'],
    },
    {
      id: 'right',
      text: 'Is every increment counted?',
      options: [
        { id: 'yes', label: 'Yes' },
        { id: 'no', label: 'No' },
      ],
      variants: ['lock', 'atomic'],
    },
  ],
  sweeps: [
    {
      id: 'threads',
      label: 'More threads',
      help: 'What is lost, and how long it takes, by the number of threads.',
      axes: [{ parameter: 'threads', values: [1, 2, 4, 8] }],
      variants: ['no-lock', 'lock'],
    },
    {
      id: 'switch-interval',
      label: 'Switch interval',
      help: 'The more often the GIL changes hands, the more reads and writes it comes between.',
      axes: [{ parameter: 'switchInterval', values: [0.1, 0.5, 5, 50] }],
      variants: ['split'],
    },
  ],
  changes: [
    {
      since: '3.10',
      text: 'counter.value += 1 in a plain loop lost increments up to 3.9, and has not since: the GIL is handed over only where a loop goes back and around calls. It still is a race, as “In two steps” shows.',
    },
    {
      since: '3.13',
      text: 'Free-threaded builds have no GIL: counter.value += 1 loses increments there. The object stays sound (each has a lock of its own), the count does not.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
