import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

const SIZES = [64, 512, 4_096, 32_768, 262_144, 2_097_152, 16_777_216]

export const manifest: DemoManifest = {
  id: 'message-size',
  title: 'Message size',
  chapter: 'Queues',
  summary:
    'Messages of 64 bytes or of 16 MiB, by a queue, a pipe or shared memory: from which size on is it copying that takes the time?',
  lookFor: [
    'A small message costs what it takes to hand anything over: locks, wake-ups, system calls. Ten times the size costs the same, so ten times the bytes a second go through.',
    'A large one costs in proportion to its size: it is copied, several times where it goes to another process. From there on bytes a second stand still, and messages a second fall.',
    'The receiver waits in get while nothing has come; the sender goes on putting, as the queue is not bounded, until memory or the pipe is full.',
    'CPython’s queue between threads hands over a reference and copies nothing: its size does not matter. Shared memory is written once, and only the place of a message is sent.',
  ],
  parameters: [
    {
      id: 'size',
      label: 'Size, bytes',
      help: 'Bytes of one message.',
      kind: 'integer',
      minimum: 1,
      maximum: 16_777_216,
      default: 65_536,
      presets: [64, 4_096, 65_536, 1_048_576, 16_777_216],
    },
    {
      id: 'messages',
      label: 'Messages',
      help: 'How many are sent, as far as the volume allows.',
      kind: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 5_000,
      presets: [1_000, 5_000, 50_000],
    },
    {
      id: 'volume',
      label: 'Volume, MiB',
      help: 'No more than so much is sent in all: of large messages there are fewer.',
      kind: 'integer',
      minimum: 1,
      maximum: 16_384,
      default: 64,
      presets: [16, 64, 1_024],
    },
  ],
  variants: [
    {
      id: 'process-queue',
      label: 'A queue between processes',
      help: 'multiprocessing.Queue: each message is pickled and sent to another process.',
      program: 'processQueue',
      python: callOf(twin, 'process_queue'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'thread-queue',
    },
    {
      id: 'thread-queue',
      label: 'A queue between threads',
      help: 'queue.Queue. CPython hands over a reference; Node’s threads have no common heap, so that here each message is copied in and out.',
      program: 'threadQueue',
      python: callOf(twin, 'thread_queue'),
      gil: false,
      needs: ['threads'],
    },
    {
      id: 'pipe',
      label: 'A pipe between processes',
      help: 'multiprocessing.Pipe: send_bytes and recv_bytes, without pickling. CPython’s holds 64 KiB and then the sender waits; here it holds up to 64 MiB.',
      program: 'pipe',
      python: callOf(twin, 'pipe'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'process-queue',
    },
    {
      id: 'shared-memory',
      label: 'Shared memory',
      help: 'The sender writes a message into memory that both see, and sends only its place. CPython: between processes; Node: between threads, because its processes share none.',
      program: 'sharedMemory',
      python: callOf(twin, 'shared_memory'),
      gil: false,
      needs: ['threads'],
      baseline: 'thread-queue',
    },
  ],
  defaultVariant: 'process-queue',
  defaultRepeats: 5,
  quick: { messages: 200, volume: 8 },
  questions: [
    {
      id: 'copying',
      text: 'In a sweep over the sizes: from which size on does copying take more time than all the rest of a message?',
      options: [
        { id: 'small', label: 'From less than 16 KiB on' },
        { id: 'middle', label: 'From 16 KiB to 1 MiB on' },
        { id: 'large', label: 'From more than 1 MiB on, or never' },
      ],
    },
  ],
  sweeps: [
    {
      id: 'size',
      label: 'From 64 bytes to 16 MiB',
      help: 'Each size eight times the one before: where do bytes a second stop growing?',
      axes: [{ parameter: 'size', values: SIZES }],
    },
    {
      id: 'ways',
      label: 'Four ways, by size',
      help: 'Queues, pipe and shared memory side by side, with each size.',
      axes: [{ parameter: 'size', values: SIZES }],
      variants: ['process-queue', 'thread-queue', 'pipe', 'shared-memory'],
    },
  ],
  defaultSweep: 'size',
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
