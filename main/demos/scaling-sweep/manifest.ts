import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'scaling-sweep',
  title: 'How far does it scale?',
  chapter: 'Scaling',
  summary:
    'The same work shared out among more and more threads: how much of it is done a second, and from how many on do more of them not help?',
  lookFor: [
    'As long as there are processors, each further thread adds work done a second, but less than the one before: the serial share is done under one lock, and whoever waits for it is hatched.',
    'Amdahl’s law: with a serial share of s, no number of threads does more than 1/s times the work of one. The fit finds s from the measured points alone; compare it with the parameter.',
    'With an exchange share, each piece costs something more for every other thread. Gunther’s universal scalability law: beyond its peak, more threads do less.',
    'Beyond the number of processors threads only take turns. Under a GIL that number is one, whatever the machine has.',
  ],
  parameters: [
    {
      id: 'threads',
      label: 'Threads',
      help: 'How many threads (or processes) share the pieces.',
      kind: 'integer',
      minimum: 1,
      maximum: 32,
      default: 2,
      presets: [1, 2, 4, 8],
    },
    {
      id: 'pieces',
      label: 'Pieces',
      help: 'How many pieces of work there are in all, of some 0.2 ms each. The same arithmetic for all; a piece has fewer steps in CPython, which takes longer for each.',
      kind: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 2_000,
      presets: [500, 2_000, 10_000],
    },
    {
      id: 'serial',
      label: 'Serial, %',
      help: 'Share of each piece, in per cent, that is done while holding the one lock.',
      kind: 'number',
      minimum: 0,
      maximum: 100,
      default: 10,
      presets: [0, 10, 50],
    },
    {
      id: 'exchange',
      label: 'Exchange, %',
      help: 'Work under the lock for each of the other threads, in per cent of a piece, as where each has to be told of what was done: it grows with their number.',
      kind: 'number',
      minimum: 0,
      maximum: 100,
      default: 2,
      presets: [0, 2, 10],
    },
  ],
  variants: [
    {
      id: 'parallel',
      label: 'Threads in parallel',
      help: 'Threads without a GIL; in CPython its build decides.',
      program: 'inThreads',
      python: callOf(twin, 'in_threads'),
      gil: false,
      needs: ['threads'],
      baseline: 'gil',
    },
    {
      id: 'gil',
      label: 'Threads under the GIL',
      help: 'The same threads under one GIL; a free-threaded build of CPython has none.',
      program: 'inThreads',
      python: callOf(twin, 'in_threads'),
      gil: true,
      needs: ['threads'],
    },
    {
      id: 'processes',
      label: 'Processes',
      help: 'Processes share the pieces and one lock between processes. Their start is not counted.',
      program: 'inProcesses',
      python: callOf(twin, 'in_processes'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'gil',
    },
  ],
  defaultVariant: 'parallel',
  defaultRepeats: 5,
  quick: { pieces: 200, threads: 2 },
  questions: [
    {
      id: 'gain',
      text: 'How much more work a second will these threads do in parallel than under the GIL?',
      options: [
        { id: 'none', label: 'No more' },
        { id: 'some', label: 'More, but not in proportion to their number' },
        { id: 'all', label: 'In proportion: each adds as much as one does alone' },
      ],
      variants: ['parallel', 'processes'],
    },
    {
      id: 'peak',
      text: 'In a sweep over the threads: with how many is the most work done a second?',
      options: [
        { id: 'one', label: 'With one' },
        { id: 'between', label: 'With more than one, but fewer than the most that are tried' },
        { id: 'most', label: 'With the most that are tried' },
      ],
    },
  ],
  sweeps: [
    {
      id: 'threads',
      label: 'More and more threads',
      help: 'From one thread to twice as many as there are processors: the curve to which Amdahl’s and Gunther’s laws are fitted.',
      axes: [{ parameter: 'threads', values: 'to twice the processors' }],
    },
    {
      id: 'serial',
      label: 'Threads by serial share',
      help: 'The same for a serial share of 0, 10 and 50 per cent: where does the curve bend?',
      axes: [
        { parameter: 'threads', values: 'to twice the processors' },
        { parameter: 'serial', values: [0, 10, 50] },
      ],
    },
    {
      id: 'variants',
      label: 'Threads, GIL and processes',
      help: 'The three ways to share work out, with more and more threads or processes.',
      axes: [{ parameter: 'threads', values: 'to twice the processors' }],
      variants: ['parallel', 'gil', 'processes'],
    },
  ],
  defaultSweep: 'threads',
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
