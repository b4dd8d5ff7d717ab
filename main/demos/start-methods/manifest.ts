import type { DemoManifest } from '../manifest.ts'
import { callOf, verbatim } from '../python-texts.ts'
import python from './program.py?raw'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

export const manifest: DemoManifest = {
  id: 'start-methods',
  title: 'Start methods',
  chapter: 'Processes and pools',
  summary: 'fork, spawn, forkserver: how long is it from start() to a process’s first message?',
  lookFor: [
    'A spawned process is a fresh interpreter that imports the program: safe, and slower. Its lane begins long after start() was called.',
    'A forked process is a copy of the one that called start(): fast, and unsafe where that one has threads, because their locks are copied as they are (from 3.12 on CPython warns).',
    'Node has no fork: it cannot copy a running process. Nearest to forkserver is prewarmed: processes that were started beforehand wait, two at a time; the first one still pays.',
  ],
  claim: "'spawn': default on windows and macos, safe, slower.",
  parameters: [
    {
      id: 'processes',
      label: 'Processes',
      help: 'How many processes are started, one after the other.',
      kind: 'integer',
      minimum: 1,
      maximum: 200,
      default: 8,
      presets: [1, 8, 50],
    },
  ],
  variants: [
    {
      id: 'spawn',
      label: 'spawn',
      help: 'A fresh process each time. The default on Windows and macOS, and of Node.',
      program: 'spawn',
      python: callOf(twin, 'spawn'),
      gil: false,
      needs: ['threads', 'processes'],
    },
    {
      id: 'prewarmed',
      label: 'prewarmed, or forkserver',
      help: 'Node: a process that was started beforehand. CPython: forkserver, a copy of a small process that was started beforehand; the default on Linux from 3.14 on, not on Windows.',
      program: 'prewarmed',
      python: callOf(twin, 'forkserver'),
      gil: false,
      needs: ['threads', 'processes'],
      baseline: 'spawn',
    },
    {
      id: 'fork',
      label: 'fork',
      help: 'A copy of the running process. CPython on Linux and macOS alone: Node has no fork.',
      python: callOf(twin, 'fork'),
      gil: false,
      needs: [],
      baseline: 'spawn',
      lookFor: [
        'The note says that fork is “only available and default on unix”. It is still available there; it was the default on Linux up to 3.13, on macOS up to 3.7.',
      ],
    },
    {
      id: 'note',
      label: 'The note’s lines',
      help: 'The note’s two lines, verbatim: they choose spawn, and start nothing.',
      python: verbatim('program.py', python),
      gil: false,
      needs: [],
      lookFor: [
        'It works once in a program: a second call raises RuntimeError: context has already been set.',
      ],
    },
  ],
  defaultVariant: 'prewarmed',
  defaultRepeats: 5,
  quick: { processes: 2 },
  questions: [
    {
      id: 'first-word',
      text: 'How long is it from start() to a process’s first message?',
      options: [
        { id: 'short', label: 'Less than 10 ms' },
        { id: 'medium', label: '10 to 100 ms' },
        { id: 'long', label: 'More than 100 ms' },
      ],
      variants: ['spawn', 'prewarmed', 'fork'],
    },
  ],
  changes: [
    {
      since: '3.4',
      text: 'Start methods can be chosen: spawn and forkserver beside fork, which Linux and macOS had used before.',
    },
    { since: '3.8', text: 'macOS spawns by default.' },
    {
      since: '3.12',
      text: 'fork in a process that has several threads raises a DeprecationWarning (Fork with a held lock).',
    },
    {
      since: '3.14',
      text: 'Linux uses forkserver by default, and fork is the default nowhere: the note’s “default on unix” has aged.',
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'program.py', text: python },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
