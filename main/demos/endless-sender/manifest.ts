import type { DemoManifest, VariantDefinition } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

const inBoth = (program: string, python: string, needs: VariantDefinition['needs']) => ({
  program,
  python: callOf(twin, python),
  gil: false,
  needs,
})

export const manifest: DemoManifest = {
  id: 'endless-sender',
  title: 'The endless sender',
  chapter: 'Sender and receiver',
  summary:
    'The receiver has all it wants, the sender goes on for ever: which call ends it, and which waits in vain?',
  lookFor: [
    'join() waits for an end. The sender’s lane goes on putting and sleeping, the main lane is idle, and nothing else happens: without a timeout, for ever.',
    'terminate() ends a process wherever it is, without a last step of its own: its lane just stops. What it had put and nobody got stays in the queue or is lost.',
    'A thread has neither terminate() nor kill(). Somebody has to tell it, and it has to look: the exit event. Its lane ends after its sleep.',
    'In CPython put() leaves the item to a thread of the queue’s own, QueueFeederThread, which writes it to a pipe. A process that is terminated in the middle of that leaves half an item: the documentation of multiprocessing warns of data that is corrupted then (Process.terminate; “Programming guidelines”: avoid terminating processes).',
  ],
  claim: "terminate sender (don't use join since it runs endlessly)",
  parameters: [
    {
      id: 'items',
      label: 'Items',
      help: 'How many items the receiver gets before it wants the sender to end.',
      kind: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 10,
      presets: [10, 100],
    },
    {
      id: 'interval',
      label: 'Interval',
      help: 'How long the sender sleeps after each put.',
      kind: 'number',
      unit: 'ms',
      minimum: 1,
      maximum: 10_000,
      default: 50,
      presets: [5, 50, 500],
    },
    {
      id: 'patience',
      label: 'Patience',
      help: 'How long join() waits before this program goes on; the note’s would wait for ever.',
      kind: 'number',
      unit: 's',
      minimum: 0.05,
      maximum: 60,
      default: 1,
      presets: [0.2, 1, 5],
    },
  ],
  variants: [
    {
      id: 'join',
      label: 'A process, join()',
      help: 'What the note says not to do: join() waits for the end of a loop that has none.',
      ...inBoth('join', 'join', ['threads', 'processes']),
      baseline: 'terminate',
    },
    {
      id: 'terminate',
      label: 'A process, terminate()',
      help: 'terminate(), then join(), which now has an end to wait for.',
      ...inBoth('terminate', 'terminate', ['threads', 'processes']),
    },
    {
      id: 'daemon',
      label: 'A process, daemon',
      help: 'daemon=True: the program ends, and terminates it on its way out.',
      ...inBoth('daemon', 'daemon', ['threads', 'processes']),
    },
    {
      id: 'thread-join',
      label: 'A thread, join()',
      help: 'Nothing can end it. So that this program ends, the thread ends by itself some time after join() has given up.',
      ...inBoth('threadWithoutEvent', 'thread_without_event', ['threads']),
      baseline: 'thread-event',
    },
    {
      id: 'thread-event',
      label: 'A thread, event',
      help: 'An event tells it to end, as in the note: it looks at it before each put.',
      ...inBoth('threadWithEvent', 'thread_with_event', ['threads']),
    },
  ],
  defaultVariant: 'join',
  defaultRepeats: 1,
  quick: { items: 3, interval: 10, patience: 0.2 },
  questions: [
    {
      id: 'ended',
      text: 'The receiver has all its items and makes this call. Has the sender ended when it goes on?',
      options: [
        { id: 'yes', label: 'Yes' },
        { id: 'no', label: 'No: it still sends' },
      ],
    },
  ],
  changes: [
    { since: '3.7', text: 'Process.kill(): as terminate(), by SIGKILL where there are signals.' },
    {
      since: '3.13',
      text: 'Queue.shutdown() of threads: puts and gets raise ShutDown, which ends a sender as an event does.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
