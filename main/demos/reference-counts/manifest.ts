import type { DemoManifest } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'reference-counts',
  title: 'Reference counts',
  chapter: 'Memory',
  summary:
    'Threads take and drop references to one object, whose count is kept by all of them: what protects it, and what does that cost?',
  lookFor: [
    'CPython frees an object when its count of references comes to 0. A count that is too low frees an object that somebody has; one that is too high keeps it for ever.',
    'In Node this is a model: JavaScript shows no counts, so the program keeps one in shared memory. With a plain load, add and store it goes wrong; with a lock or an atomic instruction it does not, and each reference costs more.',
    'CPython is the real thing: sys.getrefcount before and after. It is exact under the GIL, and on a free-threaded build as well, which counts in another way: compare “shared” with “one each”.',
  ],
  claim: 'Why: prevents race conditions and ensures thread safety for reference counting.',
  parameters: [
    {
      id: 'threads',
      label: 'Threads',
      help: 'How many threads take references.',
      kind: 'integer',
      minimum: 1,
      maximum: 16,
      default: 4,
      presets: [1, 2, 4, 8],
    },
    {
      id: 'rounds',
      label: 'References',
      help: 'How many references each thread takes and drops.',
      kind: 'integer',
      minimum: 100,
      maximum: 100_000_000,
      default: 10_000,
      presets: [10_000, 100_000, 1_000_000],
    },
    {
      id: 'steps',
      label: 'Steps',
      help: 'Arithmetic steps that a thread of Node does with the object before it drops it. CPython does none.',
      kind: 'integer',
      minimum: 0,
      maximum: 100_000,
      default: 400,
      presets: [0, 400, 4_000],
    },
    {
      id: 'switchInterval',
      label: 'Switch interval',
      help: 'How long a thread waits for the GIL before it asks the holder to let go; 5 ms is CPython’s own (sys.setswitchinterval).',
      kind: 'number',
      unit: 'ms',
      minimum: 0.1,
      maximum: 1_000,
      default: 5,
      presets: [0.5, 5, 50],
    },
  ],
  variants: [
    {
      id: 'plain',
      label: 'Model: unprotected',
      help: 'Load the count, add one, store it; nothing keeps another thread from coming between.',
      program: 'plain',
      gil: false,
      needs: ['threads'],
      baseline: 'atomic',
    },
    {
      id: 'gil',
      label: 'Model: one GIL',
      help: 'The same under an emulated GIL, which never changes hands within a count.',
      program: 'plain',
      gil: true,
      needs: ['threads'],
      baseline: 'atomic',
    },
    {
      id: 'lock',
      label: 'Model: a lock',
      help: 'A lock of the object’s own around each count.',
      program: 'lock',
      gil: false,
      needs: ['threads'],
      baseline: 'atomic',
    },
    {
      id: 'atomic',
      label: 'Model: atomic instructions',
      help: 'Atomics.add and Atomics.sub: the processor does all three steps at once.',
      program: 'atomic',
      gil: false,
      needs: ['threads'],
    },
    {
      id: 'shared',
      label: 'CPython: one object, shared',
      help: 'The real counts: all threads put one object into lists and take it out again.',
      python: callOf(twin, 'shared'),
      gil: false,
      needs: [],
      baseline: 'own',
    },
    {
      id: 'own',
      label: 'CPython: one object each',
      help: 'The same with an object for each thread: no count is shared.',
      python: callOf(twin, 'own'),
      gil: false,
      needs: [],
    },
  ],
  defaultVariant: 'plain',
  defaultRepeats: 3,
  quick: { threads: 2, rounds: 2_000 },
  questions: [
    {
      id: 'right',
      text: 'Several threads take and drop references to one object. Is its count right at the end?',
      options: [
        { id: 'yes', label: 'Yes' },
        { id: 'no', label: 'No' },
      ],
    },
  ],
  sweeps: [
    {
      id: 'threads',
      label: 'More threads',
      help: 'What one reference costs, by the number of threads that share the count.',
      axes: [{ parameter: 'threads', values: [1, 2, 4, 8] }],
      variants: ['plain', 'lock', 'atomic'],
    },
  ],
  changes: [
    {
      since: '3.12',
      text: 'None, True, small integers and some others are immortal: their counts do not change any more (PEP 683).',
    },
    {
      since: '3.13',
      text: 'Free-threaded builds count an owner’s references apart from those of other threads, which use atomic instructions (Sam Gross, PEP 703: biased reference counting); some objects’ counts are deferred.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
