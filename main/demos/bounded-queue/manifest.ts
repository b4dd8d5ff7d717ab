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

export const manifest: DemoManifest = {
  id: 'bounded-queue',
  title: 'Bounded queue',
  chapter: 'Queues',
  summary:
    'Producers that are faster than the consumers: a limit to the queue makes them wait (back-pressure). What does it bound, and what does it cost?',
  lookFor: [
    'Bounded: once the queue is full, the producers’ lanes are striped: blocked on the queue. They now keep the consumers’ pace: that is back-pressure.',
    'Unbounded: no producer ever waits; the queue’s depth climbs as long as they produce, and each item lies there longer than the one before.',
    'The consumers finish at the same time in both: what is in front of the bottleneck does not speed it up.',
    'Make the consumers faster than the producers: now the consumers are striped, and the limit makes no difference.',
  ],
  parameters: [
    {
      id: 'producers',
      label: 'Producers',
      help: 'How many threads put items.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 2,
      presets: [1, 2, 4],
    },
    {
      id: 'consumers',
      label: 'Consumers',
      help: 'How many threads get them.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 2,
      presets: [1, 2, 4, 8],
    },
    {
      id: 'maxsize',
      label: 'maxsize',
      help: 'How many items the bounded queue takes before put waits.',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 8,
      presets: [1, 8, 64],
    },
    {
      id: 'produce',
      label: 'Produce',
      help: 'How long one item takes a producer: a wait, as for a device.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 1,
      presets: [0, 1, 5],
    },
    {
      id: 'consume',
      label: 'Consume',
      help: 'How long one item takes a consumer: a wait, as for a device.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 3,
      presets: [0.5, 1, 3],
    },
    {
      id: 'items',
      label: 'Items',
      help: 'How many each producer puts.',
      kind: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 150,
      presets: [50, 150, 1_000],
    },
  ],
  variants: [
    {
      id: 'bounded',
      label: 'Bounded',
      help: 'Queue(maxsize): put waits while the queue is full.',
      ...inBoth('bounded', 'bounded'),
      baseline: 'unbounded',
    },
    {
      id: 'unbounded',
      label: 'Unbounded',
      help: 'Queue(): put never waits, and the queue takes what memory it needs.',
      ...inBoth('unbounded', 'unbounded'),
    },
    {
      id: 'one-place',
      label: 'One place',
      help: 'Queue(1): hardly more than a hand-over; nothing evens out who is late when.',
      ...inBoth('onePlace', 'one_place'),
      baseline: 'unbounded',
    },
  ],
  defaultVariant: 'bounded',
  defaultRepeats: 5,
  quick: { items: 40 },
  questions: [
    {
      id: 'bottleneck',
      text: 'Who is the bottleneck?',
      options: [
        { id: 'producers', label: 'The producers' },
        { id: 'consumers', label: 'The consumers' },
        { id: 'neither', label: 'Neither: they keep pace' },
      ],
    },
    {
      id: 'cost',
      text: 'Does the work as a whole take longer with the limit than without it?',
      options: [
        { id: 'slower', label: 'Yes, longer' },
        { id: 'no difference shown', label: 'No difference' },
        { id: 'faster', label: 'No, it is over sooner' },
      ],
      variants: ['bounded', 'one-place'],
    },
  ],
  sweeps: [
    {
      id: 'maxsize',
      label: 'Sizes of the queue',
      help: 'Residence time grows with the size; the time that all takes soon does not fall any more.',
      axes: [{ parameter: 'maxsize', values: [1, 2, 4, 8, 16, 32, 64, 128] }],
      variants: ['bounded'],
    },
    {
      id: 'consumers',
      label: 'More consumers',
      help: 'From some number on the producers are the bottleneck, and nothing lies in the queue for long.',
      axes: [{ parameter: 'consumers', values: [1, 2, 4, 6, 8, 12] }],
      variants: ['bounded', 'unbounded'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
