import type { DemoManifest } from '../manifest.ts'
import { callOf, verbatim } from '../python-texts.ts'
import guarded from './guarded.py?raw'
import python from './program.py?raw'
import pythonResults from './program_results.py?raw'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

/** What the note leaves out, before the note’s own text. */
const DEFINITION = `def do_some_thing(x):
    return x * x

`

const SPAWNED =
  'Spawned, or by forkserver (the default on Linux from 3.14 on), every worker imports program.py, comes to Pool(8) again and dies with a RuntimeError; the pool starts another in its place, for ever: up to 400 dead workers in five seconds were seen on 3.8 to 3.13 and on 3.15. 3.14 ends with a ConnectionResetError.'

export const manifest: DemoManifest = {
  id: 'pool-map',
  title: 'A pool that maps',
  chapter: 'Processes and pools',
  summary: 'A pool of processes maps a function over a list: who does how much of it?',
  lookFor: [
    'The list is cut into chunks of calls (1,024 calls for 8 workers: chunks of 32), and whoever is free takes the next one.',
    'Tiny tasks: the first worker that is ready takes most of the chunks before the others have started. Give a call some work, and they share it.',
    'close() and join() wait until the workers have ended by themselves; with “with”, they are terminated as soon as map has returned.',
  ],
  claim: 'simple data-parallel',
  parameters: [
    {
      id: 'workers',
      label: 'Workers',
      help: 'How many processes the pool has.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 8,
      presets: [2, 4, 8],
    },
    {
      id: 'items',
      label: 'Items',
      help: 'How long the list is: one call for each item.',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 1_024,
      presets: [128, 1_024, 10_000],
    },
    {
      id: 'work',
      label: 'Work',
      help: 'How long one call computes.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 1_000,
      default: 0.5,
      presets: [0, 0.5, 5],
    },
  ],
  variants: [
    {
      id: 'method-1',
      label: 'close and join',
      help: 'Method 1 of the note: map, then close() and join().',
      program: 'method1',
      python: callOf(twin, 'method1'),
      gil: false,
      needs: ['threads', 'processes'],
    },
    {
      id: 'method-2',
      label: 'with',
      help: 'Method 2 of the note: map within “with”, which terminates the workers at its end.',
      program: 'method2',
      python: callOf(twin, 'method2'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'method-1',
    },
    {
      id: 'results',
      label: 'With return values',
      help: 'Each call returns its item: map returns them in the order of the list, whoever did them.',
      program: 'results',
      python: callOf(twin, 'results'),
      gil: false,
      needs: ['threads', 'processes'],
    },
    {
      id: 'note',
      label: 'The note’s program',
      help: 'The note’s program, verbatim: do_some_thing is not defined there, so it fails on every version.',
      python: verbatim('program.py', python),
      gil: false,
      needs: [],
      works: 'guarded',
      lookFor: [
        "Forked, as by default on Linux up to 3.13, the first call raises NameError: name 'do_some_thing' is not defined. The error travels back to the parent, which raises it from map with the worker’s traceback.",
        SPAWNED,
      ],
    },
    {
      id: 'defined',
      label: 'The note’s program, with a definition',
      help: 'The same after a definition of do_some_thing, not guarded: it works where processes are forked.',
      python: verbatim('program.py', `${DEFINITION}${python}`),
      gil: false,
      needs: [],
      works: 'guarded',
      lookFor: ['Forked, as by default on Linux up to 3.13, both methods work.', SPAWNED],
    },
    {
      id: 'note-results',
      label: 'The note’s return values',
      help: 'The note’s listing with return values, verbatim: by itself it lacks the import, so it fails on every version.',
      python: verbatim('program_results.py', pythonResults),
      gil: false,
      needs: [],
      works: 'guarded',
      lookFor: [
        "NameError: name 'Pool' is not defined. The listing goes on from the one before it, which imports Pool.",
      ],
    },
    {
      id: 'guarded',
      label: 'The note’s programs, guarded',
      help: "All three of the note under “if __name__ == '__main__'”, with a definition: it works with every start method.",
      python: verbatim('guarded.py', guarded),
      gil: false,
      needs: [],
      lookFor: ['res is [0, 1, 2, …, 1023], in this order, whichever worker did which call.'],
    },
  ],
  defaultVariant: 'results',
  // The default variant is compared with nothing.
  defaultRepeats: 1,
  quick: { items: 64, workers: 2 },
  questions: [
    {
      id: 'shared',
      text: 'How do the workers share the calls?',
      options: [
        { id: 'equally', label: 'About equally' },
        { id: 'one', label: 'One does far more than its share' },
      ],
      variants: ['method-1', 'method-2', 'results'],
    },
    {
      id: 'order',
      text: 'Several workers do the calls, in whatever order. In which order does map return the results?',
      options: [
        { id: 'list', label: 'In the order of the list' },
        { id: 'other', label: 'As they came' },
      ],
      variants: ['results', 'guarded'],
    },
  ],
  changes: [
    {
      since: '3.8',
      text: "macOS spawns by default: a Pool that is not made under “if __name__ == '__main__'” starts workers that die, for ever.",
    },
    {
      since: '3.14',
      text: 'Linux uses forkserver by default, which imports the program as well: there, too, the note’s program needs the guard.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'program.py', text: python },
    { language: 'python', file: 'program_results.py', text: pythonResults },
    { language: 'python', file: 'guarded.py', text: guarded },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
