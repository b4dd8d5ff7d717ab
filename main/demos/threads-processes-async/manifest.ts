import type { DemoManifest, VariantDefinition } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

const GAIN_OF: readonly string[] = ['async', 'threads', 'parallel', 'processes']

const variant = (
  id: string,
  label: string,
  help: string,
  program: string,
  python: string,
  more: Partial<VariantDefinition> = {},
): VariantDefinition => ({
  ...{ id, label, help, program, python: callOf(twin, python) },
  ...{ gil: false, needs: ['threads'], baseline: 'one-by-one' },
  ...more,
})

export const manifest: DemoManifest = {
  id: 'threads-processes-async',
  title: 'Threads, processes or async',
  chapter: 'Scaling',
  summary:
    'The same jobs by threads, by processes and on one event loop, where they compute and where they wait: which is done first?',
  lookFor: [
    'A job that waits needs no processor. Threads wait side by side, and so do tasks on one event loop: with jobs that mostly wait, one thread does them all in little more than the time of one.',
    'A job that computes needs a processor for itself. On an event loop the others stand still meanwhile; under a GIL threads take turns; only processes, or threads without a GIL, compute side by side.',
    'The lane of the event loop runs while one of its tasks does, and sleeps while all of them wait. Under CPython 3.12 and later each task has a lane of its own below it.',
    'Processes pay for their start. Where the jobs are short, that is most of what they do.',
  ],
  parameters: [
    {
      id: 'jobs',
      label: 'Jobs',
      help: 'How many jobs there are; each has its own thread, process or task.',
      kind: 'integer',
      minimum: 1,
      maximum: 32,
      default: 8,
      presets: [2, 8, 32],
    },
    {
      id: 'length',
      label: 'Length',
      help: 'How long one job takes by itself: what it computes is a fixed amount, about as long on a machine of today.',
      kind: 'number',
      unit: 'ms',
      minimum: 1,
      maximum: 60_000,
      default: 200,
      presets: [20, 200, 1_000],
    },
    {
      id: 'share',
      label: 'Waiting, %',
      help: 'Share of a job that waits, as for an answer from the network; the rest computes. They take turns, five times.',
      kind: 'number',
      minimum: 0,
      maximum: 100,
      default: 95,
      presets: [0, 50, 95, 100],
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
    variant(
      'async',
      'Async: one event loop',
      'One thread: while a job awaits its timer, its event loop goes on with another one.',
      'asynchronous',
      'asynchronous',
    ),
    variant(
      'threads',
      'Threads under the GIL',
      'A thread for each job, under one GIL; in CPython its build decides.',
      'threads',
      'threads',
      { gil: true },
    ),
    variant(
      'parallel',
      'Threads in parallel',
      'A thread for each job, without a GIL; in CPython its build decides.',
      'threads',
      'threads',
    ),
    variant(
      'processes',
      'Processes',
      'A process for each job, started for it.',
      'processes',
      'processes',
      { needs: ['threads', 'processes'] },
    ),
    {
      id: 'one-by-one',
      label: 'One by one',
      help: 'The main thread does one job after the other.',
      program: 'oneByOne',
      python: callOf(twin, 'one_by_one'),
      gil: false,
      needs: ['threads'],
    },
  ],
  defaultVariant: 'async',
  defaultRepeats: 5,
  quick: { jobs: 4, length: 30 },
  questions: [
    {
      id: 'gain',
      text: 'How long will it take, compared with doing the jobs one by one?',
      options: [
        { id: 'same', label: 'About as long, or longer' },
        { id: 'some', label: 'Less, but more than a quarter' },
        { id: 'much', label: 'Less than a quarter' },
      ],
      variants: GAIN_OF,
    },
    {
      id: 'waiting',
      text: 'Where jobs only wait, in a sweep with all variants: which is done first?',
      options: [
        { id: 'async', label: 'Async' },
        { id: 'threads', label: 'Threads' },
        { id: 'processes', label: 'Processes' },
        { id: 'alike', label: 'Several of them, at about the same time' },
      ],
    },
    {
      id: 'computing',
      text: 'Where jobs only compute, in a sweep with all variants: which is done first?',
      options: [
        { id: 'async', label: 'Async' },
        { id: 'threads', label: 'Threads under the GIL' },
        { id: 'parallel', label: 'Threads without one' },
        { id: 'processes', label: 'Processes' },
        { id: 'alike', label: 'Several of them, at about the same time' },
      ],
    },
  ],
  sweeps: [
    {
      id: 'share',
      label: 'Computing, half and half, waiting',
      help: 'All five ways with jobs that only compute, that wait half of the time, and that only wait.',
      axes: [{ parameter: 'share', values: [0, 50, 100] }],
      variants: ['one-by-one', 'async', 'threads', 'parallel', 'processes'],
    },
    {
      id: 'jobs',
      label: 'More and more jobs',
      help: 'An event loop against threads, with 1 to 32 jobs that wait as much as the form says.',
      axes: [{ parameter: 'jobs', values: [1, 2, 4, 8, 16, 32] }],
      variants: ['async', 'threads'],
    },
  ],
  defaultSweep: 'share',
  changes: [
    {
      since: '3.13',
      text: 'Free-threaded builds have no GIL: there threads compute side by side, as processes do.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
