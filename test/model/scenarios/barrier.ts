import { ensure, type Outcome, type Part, type Scenario } from '../program.ts'
import type { Subjects } from '../subjects.ts'
import { alike, doing, outcomeOf, repeated, thread } from './common.ts'

const PHASE = 0
const FILLING = 0
const WAITERS = 16
const BROKEN = 'BrokenBarrierError'

function makeBarrier(subjects: Subjects, parties: number, action?: () => void) {
  const { Barrier } = subjects
  const barrier = new Barrier(parties, { action: undefined })
  const { memory } = barrier[subjects.toHandle]()
  // An action crosses threads by its export's name only; this one is the same in all of them.
  const acting = action && new Barrier(parties, { action })
  const words = ['phase', 'last', 'sleepers']
  for (const [index, name] of ['mutex', 'next ticket', 'used', 'count'].entries())
    words[WAITERS + index] = name
  for (const slot of [0, 1, 2])
    for (const [index, name] of ['state', 'ticket', 'ident', 'granter'].entries())
      words[WAITERS + 8 + slot * 4 + index] = `slot ${slot} ${name}`
  return { barrier: acting ?? barrier, memory, named: { buffer: memory, name: 'barrier', words } }
}

const counted = () => {
  const buffer = new SharedArrayBuffer(8)
  const named = { buffer, name: 'counters', words: ['arrived', 'acted'] }
  return { words: new Int32Array(buffer), buffer, named }
}

/** Nobody passes before all are there; each has an index of its own; the action runs once a round. */
export const barrierPasses =
  (parties: number, rounds = 1): Scenario =>
  (subjects) => {
    const ghost = counted()
    const { barrier, named } = makeBarrier(subjects, parties, () => {
      Atomics.add(ghost.words, 1, 1)
    })
    const passing: Part[] = Array.from({ length: rounds }, (_, round): Part[] => [
      doing(() => Atomics.add(ghost.words, 0, 1)),
      (indices) => `${indices ?? ''}${barrier.wait()}`,
      doing(() => {
        const there = Atomics.load(ghost.words, 0)
        ensure(there >= parties * (round + 1), 'it lets through before all are there')
      }),
    ]).flat()
    return {
      threads: alike(parties, passing),
      memory: [named, ghost.named],
      atEnd: (outcomes, peek) => {
        const acted = peek(ghost.buffer, 1)
        if (acted !== rounds) return `the action ran ${acted} times in ${rounds} rounds`
        for (let round = 0; round < rounds; round++)
          if (new Set(outcomes.map((indices) => String(indices)[round])).size !== parties)
            return `indices ${outcomes.join(', ')}`
        return undefined
      },
    }
  }

/** Somebody interferes while two wait for each other: both pass or both are told. */
export const barrierIsDisturbed =
  (by: 'abort' | 'reset' | 'timeout'): Scenario =>
  (subjects) => {
    const { barrier, named } = makeBarrier(subjects, 2)
    const waiting = (timeout?: number): Part => {
      return () => outcomeOf(() => barrier.wait(timeout), BROKEN)
    }
    // After a reset the second comes too late for the first.
    const daemon = by === 'reset'
    const parties = [
      { ...thread('A', waiting(by === 'timeout' ? 0.05 : undefined)), daemon },
      { ...thread('B', waiting()), daemon },
    ]
    const third = thread(
      'third',
      doing(() => (by === 'abort' ? barrier.abort() : barrier.reset())),
    )
    return {
      threads: by === 'timeout' ? parties : [...parties, third],
      memory: [named],
      atEnd: ([first, second]) => {
        if (by === 'timeout' && isIndex(first) !== isIndex(second))
          return `one passes, one does not: ${String(first)}, ${String(second)}`
        return first === undefined && second === undefined ? 'both are there and sleep' : undefined
      },
    }
  }

/**
 * Three come to a barrier for two, one of them is terminated anywhere: the other two do not both
 * sleep, be it that they pass together, that one passed before, or that the barrier is broken.
 */
export const barrierPartyDies: Scenario = (subjects) => {
  const { barrier, memory, named } = makeBarrier(subjects, 2)
  const waiting = () => outcomeOf(() => barrier.wait(), BROKEN)
  return {
    threads: alike(3, [waiting]).map((body) => ({ ...body, daemon: true })),
    memory: [named],
    mortal: [0],
    atEnd: (outcomes, peek) => {
      const passed = outcomes.filter(isIndex)
      if (passed.some((index) => Number(index) > 1)) return `indices ${passed.join(', ')}`
      if (outcomes[0] !== 'terminated' && passed.length === 1) return 'one passes alone'
      const asleep = outcomes.filter((outcome) => outcome === undefined)
      if (asleep.length === 1 && peek(memory, PHASE) !== FILLING)
        return 'one sleeps at a barrier that lets nobody in'
      return asleep.length > 1 ? 'two are there and sleep' : undefined
    },
  }
}

const isIndex = (outcome: Outcome): boolean => typeof outcome === 'number'

/** A barrier that was aborted works again after a reset. */
export const barrierWorksAgain: Scenario = (subjects) => {
  const { barrier, named } = makeBarrier(subjects, 2)
  barrier.abort()
  barrier.reset()
  return {
    threads: alike(2, repeated(1, [() => barrier.wait()])),
    memory: [named],
  }
}
