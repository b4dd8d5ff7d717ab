import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'fork-held-lock',
  title: 'Fork with a held lock',
  chapter: 'Processes and pools',
  summary:
    'A thread holds a lock while another starts a process that takes the same lock: why fork is unsafe.',
  lookFor: [
    'A forked process is a copy of memory, but has only the thread that forked. A lock that another thread held is held in the copy, and nobody is there who could release it: the child waits for ever. Here it gives up after a timeout.',
    'The holder lets go in the parent long before that: its row shows it. The child’s lock is another one.',
    'Spawned, or by forkserver, the child imports the program and makes its own lock: it gets it at once.',
    'Node has no fork, and cannot have this problem: its processes are spawned, or were made ready beforehand. Choose CPython to see it.',
  ],
  claim: "'fork': only available and default on unix, unsafe, faster.",
  parameters: [
    {
      id: 'held',
      label: 'Held',
      help: 'How long the thread of the parent holds the lock.',
      kind: 'number',
      unit: 'ms',
      minimum: 1,
      maximum: 10_000,
      default: 1_500,
      presets: [300, 1_500, 3_000],
    },
    {
      id: 'timeout',
      label: 'Timeout',
      help: 'How long the child waits for its lock before it gives up.',
      kind: 'number',
      unit: 's',
      minimum: 0.01,
      maximum: 60,
      default: 2.5,
      presets: [0.5, 2.5, 5],
    },
  ],
  variants: [
    {
      id: 'spawn',
      label: 'spawn',
      help: 'A fresh process: it imports the program, and has a lock of its own.',
      program: 'spawn',
      python: callOf(twin, 'spawn'),
      gil: false,
      needs: ['threads', 'processes'],
    },
    {
      id: 'forkserver',
      label: 'prewarmed, or forkserver',
      help: 'Node: a process that was started beforehand. CPython: a copy of a small process that has a single thread and none of the program’s locks.',
      program: 'prewarmed',
      python: callOf(twin, 'forkserver'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'spawn',
    },
    {
      id: 'fork',
      label: 'fork',
      help: 'A copy of the running process, with the lock as it is at that moment. CPython on Linux and macOS alone: Node has no fork.',
      python: callOf(twin, 'fork'),
      gil: false,
      needs: [],
      baseline: 'spawn',
      lookFor: [
        'From 3.12 on CPython warns: the program prints what it says. logging and some other modules put their own locks right after a fork; those of a program are left as they are. Start processes before threads, or choose another start method.',
      ],
    },
  ],
  defaultVariant: 'forkserver',
  defaultRepeats: 3,
  quick: { held: 50, timeout: 0.3 },
  questions: [
    {
      id: 'got',
      text: 'A thread holds a lock while a process is started. Does the child get that lock?',
      options: [
        { id: 'yes', label: 'Yes, sooner or later' },
        { id: 'no', label: 'No, never' },
      ],
    },
  ],
  changes: [
    {
      since: '3.8',
      text: 'macOS spawns by default: its system libraries use threads of their own, and forked processes crashed.',
    },
    {
      since: '3.12',
      text: 'os.fork in a process that has several threads raises a DeprecationWarning: it “may lead to deadlocks in the child”.',
    },
    { since: '3.14', text: 'Linux no longer forks by default: it uses forkserver.' },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
