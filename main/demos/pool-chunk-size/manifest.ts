import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'pool-chunk-size',
  title: 'Chunks of a pool',
  chapter: 'Queues',
  summary:
    'A pool hands out its list in chunks: short ones cost more to hand out, long ones leave somebody with the last of them while the others have nothing to do.',
  lookFor: [
    'Short chunks: between two tasks a worker waits for its next one, and the main thread is busy handing out and taking in.',
    'Long chunks: the later items cost more, so whoever gets the last chunk is at work long after the others. That is the tail: one lane runs, the others are idle.',
    'CPython’s rule cuts the list into four chunks for each worker. It knows how many items there are, not what they cost.',
    'Node’s pool gives each worker up to 16 chunks ahead, CPython’s one queue feeds whoever asks first: the same chunks, another tail.',
  ],
  parameters: [
    {
      id: 'workers',
      label: 'Workers',
      help: 'How many processes the pool has.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 2,
      presets: [2, 4, 8],
    },
    {
      id: 'items',
      label: 'Items',
      help: 'How long the list is: one call for each item.',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 256,
      presets: [64, 256, 2_048],
    },
    {
      id: 'pieces',
      label: 'Work a call',
      help: 'Pieces of work that a call does on average, of some 0.2 ms each: with small calls handing them out weighs more.',
      kind: 'number',
      minimum: 0,
      maximum: 5_000,
      default: 5,
      presets: [0.1, 1, 5, 50],
    },
    {
      id: 'uneven',
      label: 'Uneven, times',
      help: 'How many times as much the last item costs as the first one; the cost grows evenly from one to the other. 1: all cost the same.',
      kind: 'number',
      minimum: 1,
      maximum: 1_000,
      default: 10,
      presets: [1, 10, 100],
    },
    {
      id: 'chunksize',
      label: 'Chunk size',
      help: 'How many calls are handed out together (chunksize of Pool.map).',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 8,
      presets: [1, 8, 32, 128],
    },
  ],
  variants: [
    {
      id: 'chunks',
      label: 'Chunks of a given size',
      help: 'map with the chunk size of the form.',
      program: 'chunks',
      python: callOf(twin, 'chunks'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'rule',
    },
    {
      id: 'rule',
      label: 'CPython’s rule',
      help: 'map without a chunk size: the list is cut into four chunks for each worker.',
      program: 'rule',
      python: callOf(twin, 'rule'),
      gil: false,
      needs: ['threads', 'processes'],
    },
  ],
  defaultVariant: 'chunks',
  defaultRepeats: 5,
  quick: { items: 64 },
  questions: [
    {
      id: 'loss',
      text: 'What will take more of the workers’ time: waiting for the next chunk, or having nothing to do at the end?',
      options: [
        { id: 'dispatch', label: 'Waiting for the next chunk' },
        { id: 'tail', label: 'Nothing to do at the end' },
        { id: 'neither', label: 'Neither: they work nearly all of the time' },
      ],
    },
    {
      id: 'best',
      text: 'In a sweep over the chunk size: which is the best?',
      options: [
        { id: 'shortest', label: 'The shortest that is tried' },
        { id: 'between', label: 'One in between' },
        { id: 'longest', label: 'The longest: one share for each worker' },
      ],
      variants: ['chunks'],
    },
  ],
  sweeps: [
    {
      id: 'chunksize',
      label: 'From 1 to half of the list',
      help: 'Chunk sizes from 1 to 128, which is the share of each of two workers: where do handing out and the tail cost least?',
      axes: [{ parameter: 'chunksize', values: [1, 2, 4, 8, 16, 32, 64, 128] }],
      variants: ['chunks'],
    },
    {
      id: 'uneven',
      label: 'Chunk size, even and uneven',
      help: 'The same with calls that cost the same, or up to ten or a hundred times as much.',
      axes: [
        { parameter: 'chunksize', values: [1, 8, 32, 128] },
        { parameter: 'uneven', values: [1, 10, 100] },
      ],
      variants: ['chunks'],
    },
  ],
  defaultSweep: 'chunksize',
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
