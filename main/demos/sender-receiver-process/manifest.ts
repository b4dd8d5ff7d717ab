import type { DemoManifest } from '../manifest.ts'
import { callOf, verbatim } from '../python-texts.ts'
import { received } from '../sender-receiver-answer.ts'
import { parameters } from '../sender-receiver-parameters.ts'
import guarded from './guarded.py?raw'
import python from './program.py?raw'
import pythonClass from './program_class.py?raw'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'sender-receiver-process',
  title: 'Sender and receiver with a process',
  chapter: 'Sender and receiver',
  summary:
    'A background process puts 0, 1, 2 … into a queue between processes until it is terminated.',
  lookFor: [
    'The first get takes the longest: the receiver waits while the sender’s process starts.',
    'The two lanes stand in two groups, because they are two processes; every item is copied from one to the other.',
    'terminate() ends the sender wherever it is: its lane ends in the middle of a sleep, without a last step of its own.',
  ],
  claim: "terminate sender (don't use join since it runs endlessly)",
  parameters,
  variants: [
    {
      id: 'process',
      label: 'Sender in a process',
      help: 'One queue between two processes; terminate() ends the sender.',
      program: 'run',
      python: callOf(twin, 'run'),
      gil: false,
      needs: ['threads', 'processes'],
    },
    {
      id: 'class',
      label: 'As a class',
      help: 'The same with a class that owns the queue and the process; its sender is a function of the module, because a local one cannot be sent to a process that is spawned.',
      program: 'runClass',
      python: callOf(twin, 'run_class'),
      gil: false,
      needs: ['threads', 'processes'],
    },
    {
      id: 'note',
      label: 'The note’s program',
      help: 'The note’s program, verbatim: it works where processes are forked, and fails where they are spawned.',
      python: verbatim('program.py', python),
      gil: false,
      needs: [],
      works: 'guarded',
      lookFor: [
        'Forked, as by default on Linux up to 3.13, the sender is a copy of the program in the middle of it: 0 to 9 are printed.',
        'Spawned, the new process imports program.py and comes to p.start() again: “An attempt has been made to start a new process before the current process has finished its bootstrapping phase.” It dies with this RuntimeError, and the receiver waits in q.get() for ever.',
        "forkserver, the default on Linux from 3.14 on, imports it as well: 3.14 ends with a ConnectionResetError, 3.15 hangs in q.get(). With the guard, “if __name__ == '__main__'”, all of them work.",
      ],
    },
    {
      id: 'note-class',
      label: 'The note’s class',
      help: 'The note’s “classy way”, verbatim: its sender is a local function, which only fork can run.',
      python: verbatim('program_class.py', pythonClass),
      gil: false,
      needs: [],
      works: 'class',
      lookFor: [
        'Forked, as by default on Linux up to 3.13, nothing is pickled: 0 to 9 are printed.',
        "Spawned, or by forkserver (the default on Linux from 3.14 on), the process’s target has to be pickled, and a local function cannot be: “Can't pickle local object” up to 3.13, a PicklingError from 3.14 on.",
      ],
    },
    {
      id: 'guarded',
      label: 'The note’s program, guarded',
      help: "The note’s program under “if __name__ == '__main__'”: it works with every start method.",
      python: verbatim('guarded.py', guarded),
      gil: false,
      needs: [],
    },
  ],
  defaultVariant: 'process',
  // Half a second an item, as in the note; it is compared with nothing.
  defaultRepeats: 1,
  quick: { interval: 0.02, items: 5 },
  questions: [received],
  changes: [
    {
      since: '3.8',
      text: 'macOS spawns by default: the note’s program needs a guard, and its class does not work, because a local function as target cannot be pickled.',
    },
    { since: '3.14', text: 'The same holds on Linux, whose default is now forkserver.' },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'program.py', text: python },
    { language: 'python', file: 'program_class.py', text: pythonClass },
    { language: 'python', file: 'guarded.py', text: guarded },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
