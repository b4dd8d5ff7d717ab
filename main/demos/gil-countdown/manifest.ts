import type { DemoManifest } from '../manifest.ts'
import { callOf, parts, verbatim } from '../python-texts.ts'
import python from './program.py?raw'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

/** The note has both programs in one listing. */
const [twoThreads, oneThread] = parts(python, '# single-thread\n')

export const manifest: DemoManifest = {
  id: 'gil-countdown',
  title: 'GIL countdown',
  chapter: 'The GIL',
  summary: 'One countdown, shared out among threads: do two threads finish sooner than one?',
  lookFor: [
    'Under the GIL one lane runs while the others wait (hatched): the work is shared out, the time is not.',
    'The GIL’s own row shows its holder. A thread that has waited for the switch interval asks the holder to let go; it does so at its next checkpoint, and the lanes change places.',
    'In CPython the build decides: the same threads have one GIL in an ordinary build, and none in a free-threaded one.',
    'In parallel, and in processes, the lanes run side by side, as far as there are processors for them. Processes pay for their start first.',
  ],
  claim: 'For example, this two-thread program is SLOWER than a single-thread one.',
  parameters: [
    {
      id: 'count',
      label: 'Count',
      help: 'How far is counted down in all; the threads share it equally.',
      kind: 'integer',
      minimum: 1_000,
      maximum: 1_000_000_000,
      default: 50_000_000,
      presets: [5_000_000, 50_000_000, 200_000_000],
    },
    {
      id: 'threads',
      label: 'Threads',
      help: 'How many threads (or processes) share the count.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 2,
      presets: [2, 4, 8],
    },
    {
      id: 'steps',
      label: 'Steps per count',
      help: 'Arithmetic steps that one count costs. Compiled by Node, a bare count takes a few per cent of the time that CPython’s bytecode takes; with the default the whole countdown takes a second or two, as in CPython. 1 is close to Node’s own speed. CPython counts without them, as the note does.',
      kind: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 40,
      presets: [1, 40, 100],
    },
    {
      id: 'switchInterval',
      label: 'Switch interval',
      help: 'How long a thread waits for the GIL before it asks the holder to let go; 5 ms is CPython’s own (sys.setswitchinterval).',
      kind: 'number',
      unit: 'ms',
      minimum: 0.1,
      maximum: 1_000,
      default: 5,
      presets: [0.5, 5, 50],
    },
  ],
  variants: [
    {
      id: 'one-thread',
      label: 'One thread',
      help: 'The main thread counts all of it, with no GIL to ask for.',
      program: 'oneThread',
      python: callOf(twin, 'one_thread'),
      gil: false,
      needs: ['threads'],
    },
    {
      id: 'two-threads-gil',
      label: 'N threads, one GIL',
      help: 'Threads share the count under one emulated GIL, by CPython’s protocol.',
      program: 'severalThreads',
      python: callOf(twin, 'several_threads'),
      gil: true,
      needs: ['threads'],
      baseline: 'one-thread',
    },
    {
      id: 'two-threads-parallel',
      label: 'N threads in parallel',
      help: 'The same threads without a GIL, as in a free-threaded Python.',
      program: 'severalThreads',
      python: callOf(twin, 'several_threads'),
      gil: false,
      needs: ['threads'],
      baseline: 'one-thread',
    },
    {
      id: 'two-processes',
      label: 'N processes',
      help: 'Processes share the count; each would have a GIL of its own.',
      program: 'severalProcesses',
      python: callOf(twin, 'several_processes'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'one-thread',
    },
    {
      id: 'note-two-threads',
      label: 'The note’s two threads',
      help: 'The note’s two-thread program, verbatim: 50 million in two halves, whatever the form says.',
      python: verbatim('two_thread.py', twoThreads),
      gil: false,
      needs: [],
      baseline: 'note-one-thread',
      lookFor: [
        'The note calls it SLOWER. So it was in CPython 2 on several cores. From 3.2 on the GIL is handed over at most once in a switch interval, and two threads take about as long as one; on a free-threaded build, about half.',
      ],
    },
    {
      id: 'note-one-thread',
      label: 'The note’s single thread',
      help: 'The note’s single-thread program, verbatim: the main thread counts 50 million.',
      python: verbatim('single_thread.py', oneThread),
      gil: false,
      needs: [],
    },
  ],
  defaultVariant: 'two-threads-gil',
  defaultRepeats: 5,
  quick: { count: 8_000_000 },
  questions: [
    {
      id: 'time',
      text: 'How long will it take, against one thread that counts alone?',
      options: [
        { id: 'shorter', label: 'Clearly less' },
        { id: 'same', label: 'About the same' },
        { id: 'longer', label: 'Clearly longer' },
      ],
      variants: ['two-threads-gil', 'two-threads-parallel', 'two-processes', 'note-two-threads'],
    },
  ],
  changes: [
    {
      since: '3.2',
      text: 'A thread that waits asks for the GIL after a switch interval of 5 ms, instead of the holder’s letting go every 100 instructions: two threads are no longer much slower than one.',
    },
    {
      since: '3.13',
      text: 'CPython can be built without the GIL (python3.13t): the two threads then share the work.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'program.py', text: python },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
