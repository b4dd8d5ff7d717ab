import type { DemoManifest, VariantDefinition } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

const inBoth = (program: string, python: string) =>
  ({
    program,
    python: callOf(twin, python),
    needs: ['threads', 'processes'],
  }) satisfies Partial<VariantDefinition>

export const manifest: DemoManifest = {
  id: 'gil-convoy',
  title: 'The convoy effect',
  chapter: 'The GIL',
  summary:
    'A thread that only answers a ping, against threads that only compute: how long does an answer take?',
  lookFor: [
    'The main thread sleeps until a ping comes. Then it needs the GIL, which a computing thread holds: it waits (hatched) for the whole switch interval before it may ask for it.',
    'Every call that may block lets go of the GIL and has to get it back: send costs the same wait as recv, after the answer has gone out. With no pause between the pings, both are in the way of the next one.',
    'Make the switch interval smaller: the answer comes sooner, almost in proportion. The price is paid by those who compute.',
    'On a free-threaded build, and without a GIL, the answer takes as long as if nobody computed.',
  ],
  parameters: [
    {
      id: 'pings',
      label: 'Pings',
      help: 'How many pings are sent, each after the answer to the one before.',
      kind: 'integer',
      minimum: 1,
      maximum: 5_000,
      default: 50,
      presets: [20, 50, 500],
    },
    {
      id: 'pause',
      label: 'Pause',
      help: 'How long the pinging process sleeps between an answer and its next ping. CPython’s ccbench pings every 100 ms; with 0 the pings follow each other as in a busy server.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 10,
      presets: [0, 10, 100],
    },
    {
      id: 'switchInterval',
      label: 'Switch interval',
      help: 'How long a thread waits for the GIL before it asks the holder to let go; 5 ms is CPython’s own (sys.setswitchinterval).',
      kind: 'number',
      unit: 'ms',
      minimum: 0.05,
      maximum: 1_000,
      default: 5,
      presets: [5, 1, 0.1],
    },
    {
      id: 'computing',
      label: 'Computing',
      help: 'How many threads compute in the variant “N threads compute”; the others say it themselves.',
      kind: 'integer',
      minimum: 0,
      maximum: 16,
      default: 1,
      presets: [0, 1, 2],
    },
  ],
  variants: [
    {
      id: 'alone',
      label: 'Nobody computes',
      help: 'The answering thread has the GIL to itself.',
      ...inBoth('alone', 'alone'),
      gil: true,
    },
    {
      id: 'one-thread',
      label: 'One thread computes',
      help: 'One computing thread wants the GIL all the time.',
      ...inBoth('oneThread', 'one_thread'),
      gil: true,
      baseline: 'alone',
    },
    {
      id: 'two-threads',
      label: 'Two threads compute',
      help: 'Two computing threads want the GIL all the time: after each wait it may be the other one that gets it.',
      ...inBoth('twoThreads', 'two_threads'),
      gil: true,
      baseline: 'alone',
    },
    {
      id: 'computing',
      label: 'N threads compute',
      help: 'As many computing threads as the form says want the GIL all the time.',
      ...inBoth('computing', 'computing'),
      gil: true,
      baseline: 'alone',
    },
    {
      id: 'one-thread-parallel',
      label: 'One thread computes, no GIL',
      help: 'The same without a GIL; in CPython its build decides.',
      ...inBoth('oneThread', 'one_thread'),
      gil: false,
      baseline: 'alone',
    },
  ],
  defaultVariant: 'one-thread',
  defaultRepeats: 5,
  quick: { pings: 20 },
  questions: [
    {
      id: 'latency',
      text: 'Alone, the thread answers in a fraction of a millisecond. How long does an answer take while others compute?',
      options: [
        { id: 'quick', label: 'About as long: it needs hardly any time' },
        { id: 'interval', label: 'About one switch interval' },
        { id: 'longer', label: 'One and a half switch intervals, or longer' },
      ],
      variants: ['one-thread', 'two-threads', 'computing', 'one-thread-parallel'],
    },
    {
      id: 'smaller',
      text: 'In a sweep over the switch interval: does a smaller one make the answers come sooner?',
      options: [
        { id: 'proportion', label: 'Yes, in proportion' },
        { id: 'somewhat', label: 'Yes, but by less than that' },
        { id: 'no', label: 'No' },
      ],
      variants: ['one-thread', 'two-threads', 'computing', 'one-thread-parallel'],
    },
  ],
  sweeps: [
    {
      id: 'beazley',
      label: 'Beazley’s experiment',
      help: 'Latency of the answering thread against 0, 1 and 2 computing threads, with switch intervals of 5, 1 and 0.1 ms.',
      axes: [
        { parameter: 'computing', values: [0, 1, 2] },
        { parameter: 'switchInterval', values: [5, 1, 0.1] },
      ],
      variants: ['computing'],
    },
    {
      id: 'interval',
      label: 'Switch interval',
      help: 'From 0.1 to 20 ms: does the latency follow it?',
      axes: [{ parameter: 'switchInterval', values: [0.1, 0.5, 1, 5, 20] }],
    },
    {
      id: 'computing',
      label: 'Computing threads',
      help: 'From none to four: after each wait it may be another one that gets the GIL.',
      axes: [{ parameter: 'computing', values: [0, 1, 2, 3, 4] }],
      variants: ['computing'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
