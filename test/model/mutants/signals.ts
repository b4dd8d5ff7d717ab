import * as event from '../scenarios/event.ts'
import * as ring from '../scenarios/ring.ts'
import { asleep, type Mutant } from './mutant.ts'

const EVENT = 'main/threading/event.ts'
const RING = 'main/trace/ring.ts'

const eventMutants: readonly Mutant[] = [
  {
    bug: 'missing notify',
    file: EVENT,
    find: 'if (Atomics.load(words, SLEEPERS) > 0) notify(words, FLAG)',
    replace: '',
    scenario: event.eventLetsAllThrough(1),
    problem: asleep,
  },
  {
    bug: 'one notification for all',
    file: EVENT,
    find: 'if (Atomics.load(words, SLEEPERS) > 0) notify(words, FLAG)',
    replace: 'if (Atomics.load(words, SLEEPERS) > 0) notify(words, FLAG, 1)',
    scenario: event.eventLetsAllThrough(2),
    problem: asleep,
  },
  {
    bug: 'a set that a clear takes back',
    file: EVENT,
    find: 'const next = (seen + 2) | 1',
    replace: 'const next = seen | 1',
    scenario: event.eventIsClearedAtOnce(1),
    problem: asleep,
  },
  {
    bug: 'sleepers looked for before the store',
    file: EVENT,
    find: '    Atomics.store(words, SETTER, runtime.ident)\n',
    replace: `    if (Atomics.load(words, SLEEPERS) === 0) return void Atomics.add(words, FLAG, 3)
`,
    scenario: event.eventLetsAllThrough(1),
    problem: asleep,
  },
]

const ringMutants: readonly Mutant[] = [
  {
    bug: 'head published before payload',
    file: RING,
    find: '    words[at] = (kind << 24) | resource\n',
    replace:
      '    Atomics.store(words, HEAD, (head + 1) | 0)\n    words[at] = (kind << 24) | resource\n',
    scenario: ring.ringIsRead(2, 2, 1),
    problem: /half a record/,
  },
  {
    bug: 'tail published before the copy',
    file: RING,
    find: '    this.#copy(first, unbroken, into, 0)\n',
    replace:
      '    Atomics.store(this.#words, TAIL, (this.#tail + count) | 0)\n    this.#copy(first, unbroken, into, 0)\n',
    scenario: ring.ringIsRead(2, 3, 1),
    problem: /half a record|record \d after/,
  },
  {
    bug: 'a text published before its rest',
    file: RING,
    find: '    for (let record = 1; record < records; record++)\n',
    replace:
      '    Atomics.store(this.#words, HEAD, (head + 1) | 0)\n    for (let record = 1; record < records; record++)\n',
    scenario: ring.ringTextIsWhole,
    problem: /kinds/,
  },
  {
    bug: 'a full ring drops without counting',
    file: RING,
    find: 'Atomics.store(this.#words, DROPPED, (Atomics.load(this.#words, DROPPED) + 1) | 0)',
    replace: '',
    scenario: ring.ringIsRead(2, 3, 1),
    problem: /recorded, but/,
  },
]

export const signalMutants: readonly Mutant[] = [...eventMutants, ...ringMutants]
