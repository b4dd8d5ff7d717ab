import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'shared-or-copied',
  title: 'Shared or copied',
  chapter: 'Memory',
  summary:
    'An object is handed to a thread or to a process, which changes it: is the change seen, and what does the hand-over cost?',
  lookFor: [
    'The program prints where the object is on both sides, and whether the change that the other side made is seen here.',
    'A thread is handed nothing but a place: whatever the size, it takes as long. For a process the object is pickled (CPython) or cloned (Node), sent, and made again: twice the size, about twice the time.',
    'In Node a worker thread shares SharedArrayBuffers and nothing else. Whatever goes through a queue of threads, or is an ordinary object, is copied there; in CPython the same queue hands over a reference.',
    'A forked process finds the object at the same address, and it is another object: its pages are copied when one of the two writes to them. “Written to” is where that is paid.',
  ],
  claim:
    'object can be shared between threads (memory sharing), but **must be copied** per process.',
  parameters: [
    {
      id: 'size',
      label: 'Size, KiB',
      help: 'How large the object is: bytes, which are the cheapest to copy. 1,024 KiB are 1 MiB.',
      kind: 'integer',
      minimum: 1,
      maximum: 98_304,
      default: 4_096,
      presets: [1, 256, 4_096, 65_536],
    },
    {
      id: 'rounds',
      label: 'Rounds',
      help: 'How often it is handed over.',
      kind: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: 10,
      presets: [3, 10, 100],
    },
  ],
  variants: [
    {
      id: 'thread',
      label: 'To a thread',
      help: 'The thread was given the object when it was made; it is told each time that it may change it. Node: a SharedArrayBuffer.',
      program: 'thread',
      python: callOf(twin, 'thread'),
      gil: false,
      needs: ['threads'],
    },
    {
      id: 'queue',
      label: 'To a thread, through a queue',
      help: 'The object itself is put into a queue of threads. CPython hands over a reference; Node copies it.',
      program: 'queue',
      python: callOf(twin, 'queue'),
      gil: false,
      needs: ['threads'],
      baseline: 'thread',
    },
    {
      id: 'process',
      label: 'To a process',
      help: 'The object is sent through a pipe to a process that runs already: pickled, or cloned, and made again there.',
      program: 'process',
      python: callOf(twin, 'process'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'thread',
    },
    {
      id: 'spawn',
      label: 'To a process at its start, spawn',
      help: 'The object is an argument of a process that is spawned each time: copied, after a fresh interpreter has started. In Node up to 12 MiB.',
      program: 'spawn',
      python: callOf(twin, 'spawn'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'thread',
    },
    {
      id: 'fork',
      label: 'To a process at its start, fork',
      help: 'The new process is a copy of this one, and has the object already: no pickling, copy on write. CPython on Linux and macOS alone: Node has no fork.',
      python: callOf(twin, 'fork'),
      gil: false,
      needs: [],
      baseline: 'spawn',
    },
  ],
  defaultVariant: 'process',
  defaultRepeats: 5,
  quick: { size: 256, rounds: 2 },
  questions: [
    {
      id: 'seen',
      text: 'The other side changes the object. Is the change seen here?',
      options: [
        { id: 'yes', label: 'Yes: it is the same object' },
        { id: 'no', label: 'No: it has a copy' },
      ],
    },
  ],
  sweeps: [
    {
      id: 'size',
      label: 'By size',
      help: 'From 1 KiB to 64 MiB: what grows with the size is what is copied.',
      axes: [{ parameter: 'size', values: [1, 16, 256, 4_096, 65_536] }],
      variants: ['thread', 'queue', 'process'],
    },
    {
      id: 'size-at-start',
      label: 'By size, at a process’s start',
      help: 'fork and spawn in CPython, up to 8 MiB: what copy on write saves. Node spawns alone.',
      axes: [{ parameter: 'size', values: [1, 256, 4_096, 8_192] }],
      variants: ['spawn', 'fork'],
    },
  ],
  changes: [
    {
      since: '3.8',
      text: 'multiprocessing.shared_memory: bytes that processes share by name. The note’s “must be copied” holds for objects; memory for plain bytes can be shared.',
    },
    {
      since: '3.14',
      text: 'Linux no longer forks by default: what a process is given at its start is pickled, as on macOS and Windows.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
