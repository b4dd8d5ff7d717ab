import type { DemoManifest } from '../manifest.ts'
import { parameters } from '../sender-receiver-parameters.ts'
import python from './program.py?raw'
import pythonClass from './program_class.py?raw'
import typescript from './program.ts?raw'

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
      gil: false,
      needs: ['threads', 'processes'],
    },
  ],
  defaultVariant: 'process',
  defaultRepeats: 1,
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'program.py', text: python },
    { language: 'python', file: 'program_class.py', text: pythonClass },
  ],
}
