import type { DemoManifest, VariantDefinition } from '../manifest.ts'
import { callOf } from '../python-texts.ts'
import typescript from './program.ts?raw'
import twin from './twin.py?raw'

const inBoth = (program: string, python: string) =>
  ({
    program,
    python: callOf(twin, python),
    gil: false,
    needs: ['threads'],
  }) satisfies Partial<VariantDefinition>

export const manifest: DemoManifest = {
  id: 'condition-hand-over',
  title: 'Hand-over by a condition',
  chapter: 'Coordination',
  summary:
    'One thread waits until another one has put something down. Two programs get it almost right: one sleeps beside what it waits for, one takes what is not there. Which lines are wrong?',
  lookFor: [
    'Look outside: now and then both lanes stand still, for as long as the timeout: the consumer (a thin line) waits for a notification that has already been given, the producer (hatched) for a place that is full. Without the timeout, this would be the end.',
    'Only if: three consumers. One is woken, but another one comes by and takes the item before it has the lock again.',
    'While, under the lock: the same program, and no such wait. The queue does the same inside.',
  ],
  parameters: [
    {
      id: 'items',
      label: 'Items',
      help: 'How many are handed over.',
      kind: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 200,
      presets: [50, 200, 1_000],
    },
    {
      id: 'produce',
      label: 'Produce',
      help: 'How long an item takes the producer on average, by chance up to twice as long: a wait.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 5,
      default: 0.5,
      presets: [0.1, 0.5, 2],
    },
    {
      id: 'consume',
      label: 'Consume',
      help: 'How long it takes a consumer on average, by chance up to twice as long: a wait.',
      kind: 'number',
      unit: 'ms',
      minimum: 0,
      maximum: 5,
      default: 0.5,
      presets: [0.1, 0.5, 2],
    },
    {
      id: 'window',
      label: 'Window',
      help: 'What lies between looking and waiting, and between the notification and letting the lock go: a wait, as for a line in a log. It makes both mistakes more likely; 0 does not rule them out.',
      kind: 'number',
      unit: 'µs',
      minimum: 0,
      maximum: 10_000,
      default: 100,
      presets: [0, 20, 100, 500],
    },
    {
      id: 'timeout',
      label: 'Timeout',
      help: 'How long a consumer waits before it looks by itself. Programs without one wait for ever.',
      kind: 'number',
      unit: 's',
      minimum: 0.02,
      maximum: 2,
      default: 0.05,
      presets: [0.05, 0.2, 1],
    },
    {
      id: 'consumers',
      label: 'Consumers',
      help: 'How many threads take the items; “Only if” and what it is compared with have three of them at least.',
      kind: 'integer',
      minimum: 1,
      maximum: 8,
      default: 1,
      presets: [1, 3],
    },
  ],
  variants: [
    {
      id: 'outside',
      label: 'Look outside',
      help: 'The consumer looks for an item before it has the lock.',
      ...inBoth('outside', 'outside'),
      baseline: 'correct',
    },
    {
      id: 'only-if',
      label: 'Only if',
      help: 'It looks under the lock, but not again after it was woken.',
      ...inBoth('onlyIf', 'only_if'),
      baseline: 'correct-three',
    },
    {
      id: 'correct',
      label: 'While, under the lock',
      help: 'It looks under the lock, before and after every wait.',
      ...inBoth('correct', 'correct'),
      baseline: 'queue',
    },
    {
      id: 'correct-three',
      label: 'While, three consumers',
      help: 'The same with as many consumers as “Only if” has.',
      ...inBoth('correctForThree', 'correct_for_three'),
    },
    {
      id: 'queue',
      label: 'Queue',
      help: 'Queue(1), which is built in this way.',
      ...inBoth('queue', 'queue'),
    },
  ],
  defaultVariant: 'outside',
  defaultRepeats: 5,
  quick: { items: 60 },
  questions: [
    {
      id: 'outside-line',
      text: 'This program now and then sleeps beside an item that is there. Which line of lookOutside (in Python look_outside) and its producer is to blame?',
      options: [
        { id: 'look', label: 'while (look(slot) === NOTHING) {' },
        { id: 'wait', label: 'if (waitBeside(slot, p.timeout)) lost += 1' },
        { id: 'take', label: 'const item = slot.changed.withLock(() => takeIt(slot))' },
        { id: 'notify', label: 'slot.changed.notify()' },
      ],
      variants: ['outside'],
    },
    {
      id: 'if-line',
      text: 'Here consumers now and then find nothing where they were told that there is something. Which line of ifInside (in Python if_inside) and its producer is to blame?',
      options: [
        { id: 'lock', label: 'const item = slot.changed.withLock(() => {' },
        { id: 'look', label: 'if (look(slot) === NOTHING) {' },
        { id: 'take', label: 'return takeIt(slot)' },
        { id: 'notify', label: 'slot.changed.notify()' },
      ],
      variants: ['only-if'],
    },
  ],
  sweeps: [
    {
      id: 'window',
      label: 'Wider and wider windows',
      help: 'The narrower the window the rarer the mistake: with 0 it may not show for hours, and is still there.',
      axes: [{ parameter: 'window', values: [0, 20, 100, 500, 2_000] }],
      variants: ['correct', 'outside'],
    },
  ],
  sources: [
    { language: 'typescript', file: 'program.ts', text: typescript },
    { language: 'python', file: 'twin.py', text: twin },
  ],
}
