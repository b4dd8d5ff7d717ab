import { LaneEnd } from '../../../main/trace/model.ts'
import type { Part, Scenario } from '../program.ts'
import type { Subjects } from '../subjects.ts'
import { doing, thread } from './common.ts'

const WORDS = ['phase', 'end', 'joiners', 'serial', 'order', 'daemon', 'native']

/** The life of the first thread that is made, which has the ident of the program's first. */
function begin({ Life, LIFE_WORDS, runtime }: Subjects) {
  const { ident, serial } = Life.allocate('thread', false)
  const { buffer, byteOffset } = runtime.lives
  // The model's own.
  const memory = buffer as SharedArrayBuffer
  const word = (index: number) => (byteOffset >> 2) + ident * LIFE_WORDS + index
  const words: string[] = []
  for (const [index, name] of WORDS.entries()) words[word(index)] = name
  return {
    attach: () => new Life({ ident, serial }),
    named: { buffer: memory, name: 'life', words },
    memory,
    joiners: word(2),
  }
}

/** Joiners pass when the thread ends, be it by its host's word because it died. */
export const lifeIsJoined =
  (joiners: number): Scenario =>
  (subjects) => {
    const { Control, futex, runBlocking, runtime } = subjects
    const life = begin(subjects)
    life.attach().start()
    const joining: Part[] = [
      doing(() => runBlocking(life.attach().awaitEnd(futex.NEVER), 'joinAsync')),
      () => life.attach().end,
    ]
    return {
      threads: [
        thread(
          'thread',
          doing(() => life.attach().finish(LaneEnd.returned)),
        ),
        {
          name: 'host',
          daemon: true,
          parts: [
            doing(() => {
              const { control } = runtime
              while (Atomics.load(control, Control.died) === 0)
                Atomics.wait(control, Control.died, 0, 100)
              life.attach().finish(LaneEnd.terminated)
            }),
          ],
        },
        ...['joiner', 'joiner 2'].slice(0, joiners).map((name) => thread(name, ...joining)),
      ],
      memory: [life.named],
      mortal: [0],
      atEnd: (outcomes, peek) => {
        const ends = outcomes.slice(2)
        if (new Set(ends).size > 1) return `joiners saw different ends: ${ends.join(', ')}`
        return peek(life.memory, life.joiners) === 0 ? undefined : 'a joiner stays counted'
      },
    }
  }

/** A start that fails: nobody waits for ever for a worker to take the thread. */
export const lifeIsNeverTaken: Scenario = (subjects) => {
  const { futex, runBlocking } = subjects
  const life = begin(subjects)
  life.attach().start()
  return {
    threads: [
      thread(
        'host',
        doing(() => life.attach().finish(LaneEnd.terminated)),
      ),
      thread(
        'starter',
        doing(() => runBlocking(life.attach().awaitTaken(futex.NEVER), 'startAsync')),
      ),
    ],
    memory: [life.named],
  }
}
