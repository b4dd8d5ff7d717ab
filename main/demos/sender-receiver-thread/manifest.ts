import type { DemoManifest } from '../manifest.ts'
import { callOf, verbatim } from '../python-texts.ts'
import { received } from '../sender-receiver-answer.ts'
import { parameters } from '../sender-receiver-parameters.ts'
import python from './program.py?raw'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'sender-receiver-thread',
  title: 'Sender and receiver with a thread',
  chapter: 'Sender and receiver',
  summary: 'A background thread puts 0, 1, 2 … into a queue until an event tells it to exit.',
  lookFor: [
    'The receiver sleeps as long as the sender does, so that the queue is almost always empty: now and then the receiver is blocked in get until the next item comes.',
    'The sender looks at the exit event only after its sleep. What it put since the receiver’s last get is never received: look at the queue’s depth at the end.',
    'join() takes as long as the sender still sleeps.',
  ],
  claim: 'threading does not have a terminate() or kill(), so we manually handle the exit',
  parameters,
  variants: [
    {
      id: 'thread',
      label: 'Sender in a thread',
      help: 'One queue in shared memory; an event ends the sender.',
      program: 'run',
      python: callOf(twin, 'run'),
      gil: false,
      needs: ['threads'],
    },
    {
      id: 'note',
      label: 'The note’s program',
      help: 'The note’s program, verbatim: ten items, half a second apart. It works on every version.',
      python: verbatim('program.py', python),
      gil: false,
      needs: [],
      lookFor: [
        'No process is started, so the start method does not matter: 0 to 9 are printed everywhere. The sender has usually put one more, which nobody gets.',
      ],
    },
  ],
  defaultVariant: 'thread',
  // Half a second an item, as in the note; it is compared with nothing.
  defaultRepeats: 1,
  quick: { interval: 0.02, items: 5 },
  questions: [received],
  changes: [
    {
      since: '3.13',
      text: 'Queue.shutdown(): put and get raise ShutDown from then on, which can end a sender as the exit event does. A thread still has no terminate() and no kill().',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'program.py', text: python },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
