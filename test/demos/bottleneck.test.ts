/** Every rule names its cause where it limits, and is silent where it does not. */
import { describe, expect, it } from 'vitest'
import { bottleneckOf, commonBottleneck } from '../../main/demos/bottleneck.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type {
  CounterFigures,
  LaneUse,
  QueueSide,
  SectionFigures,
} from '../../main/trace/figures.ts'
import { LANE_STATES, LaneState, ResourceKind } from '../../main/trace/model.ts'
import { lock, queue, section } from './figures.ts'
import { plain } from './judging.ts'

const SECOND = 1e9

interface Doing {
  readonly name?: string
  readonly waitedGil?: number
  /** Seconds by state; the rest of one second runs. */
  readonly by?: Partial<Record<keyof typeof LaneState, number>>
}

/** Lanes 1, 2, … that live for a second each. */
function lanes(...doings: readonly Doing[]): SectionFigures['lanes'] {
  return doings.map(({ name, waitedGil = 0, by = {} }, index) => {
    const byState = new Float64Array(LANE_STATES)
    let rest = 1
    for (const [state, seconds] of Object.entries(by)) {
      byState[LaneState[state as keyof typeof LaneState]] = seconds * SECOND
      rest -= seconds
    }
    byState[LaneState.running] = (byState[LaneState.running] ?? 0) + rest * SECOND
    return {
      ...{ track: index + 1, name: name ?? `T${index + 1}`, pid: 1, byState },
      ...{ waitedGil: waitedGil * SECOND, waitedLock: 0 },
    }
  })
}

const side = (track: number, blocked: number): QueueSide => ({
  ...{ track, name: `T${track}`, items: 10, blocked: blocked * SECOND },
})

const used = (track: number, fields: Partial<LaneUse>): LaneUse => ({
  ...{ track, name: `T${track}`, used: 1, held: 0, waited: 0 },
  ...fields,
})

const counter = (kind: ResourceKind, fields: Partial<CounterFigures>): CounterFigures => ({
  ...{ track: 9, name: 'it', kind, capacity: 0, used: 10, contended: 5, maximum: 0 },
  ...{ waitedFor: 0, longestWait: 0, users: [] },
  ...fields,
})

type Fields = Partial<Omit<SectionFigures, 'elapsed' | 'variant'>>

const made = (fields: Fields): SectionFigures =>
  section({ variant: 'v', elapsed: SECOND, ...fields })

const found = (fields: Fields, processors?: number) => {
  const bottleneck = bottleneckOf(made(fields), processors)
  return bottleneck && `${bottleneck.kind}: ${plain(sentenceText(bottleneck.sentence))}`
}

const flow = (blocked: { readonly put?: number; readonly get?: number }, more: Fields = {}) => {
  const { put = 0, get = 0 } = blocked
  return {
    lanes: lanes({ by: { queue: put } }, { by: { queue: get } }),
    queues: [queue({ puts: 10, gets: 10, putters: [side(1, put)], getters: [side(2, get)] })],
    ...more,
  }
}

describe('at a queue', () => {
  it('it is the side that keeps the other waiting', () => {
    expect(found(flow({ get: 0.7 }))).toBe(
      'sender: The receiver of queue q was idle 70 % of the time: the sender is the bottleneck, and ran 100 % of its time.',
    )
    expect(found(flow({ put: 0.6 }))).toBe(
      'receiver: The sender of queue q was blocked 60 % of the time because it was full: the receiver is the bottleneck, and ran 100 % of its time.',
    )
  })

  it('it is nobody who each have their turn, or are blocked for less than half of the time', () => {
    expect(found(flow({ get: 0.6, put: 0.5 }))).toBeUndefined()
    expect(found(flow({ get: 0.4 }))).toBeUndefined()
    expect(found(flow({ put: 0.4 }))).toBeUndefined()
  })

  it('it is nobody when the main thread only collects what the others have done', () => {
    const collecting = (name: string) =>
      flow({ get: 0.95 }, { lanes: lanes({}, { name, by: { queue: 0.95 } }) })
    expect(found(collecting('MainThread'))).toBeUndefined()
    expect(found(collecting('receiver'))).toMatch(/^sender: /)
    // It has work of its own.
    const working = flow(
      { get: 0.7 },
      { lanes: lanes({}, { name: 'MainThread', by: { queue: 0.7 } }) },
    )
    expect(found(working)).toMatch(/^sender: /)
  })

  it('it is nobody who waits for others itself', () => {
    const behind = (waiting: number) =>
      flow({ get: 0.9 }, { lanes: lanes({ by: { waiting } }, { by: { queue: 0.9 } }) })
    expect(found(behind(0.6))).toBeUndefined()
    expect(found(behind(0.4))).toMatch(/^sender: /)
  })

  it('it is nothing where more is lost elsewhere, even at many locks that are no bottleneck each', () => {
    const forks = (waitedFor: number): Fields => ({
      locks: Array.from({ length: 5 }, (_, at) =>
        lock({ track: 10 + at, name: `fork ${at}`, waitedFor: waitedFor * SECOND }),
      ),
    })
    expect(found(flow({ get: 0.9 }, forks(0.19)))).toBeUndefined()
    expect(found(flow({ get: 0.9 }, forks(0.1)))).toMatch(/^sender: /)
  })
})

describe('at a lock', () => {
  const two = lanes({ by: { waiting: 0.5 } }, { by: { waiting: 0.5 } })
  const contended = (fields: Partial<Parameters<typeof lock>[0]>): Fields => ({
    lanes: two,
    locks: [lock({ waitedFor: SECOND, heldFor: 0.9 * SECOND, ...fields })],
  })

  it('it is the lock while it is held, and handing it over while it is free', () => {
    expect(found(contended({ users: [used(1, { held: SECOND })] }))).toBe(
      'lock: Lock lock was held 90 % of the time, always by T1, and threads waited for it 50 % of theirs: it is the bottleneck.',
    )
    expect(found(contended({ heldFor: 0.2 * SECOND }))).toBe(
      'hand-over: Threads waited for lock lock 50 % of their time, though it was held only 20 %: handing it over is what takes the time.',
    )
  })

  it('it is said who has it for most of the time, and not when all have it alike', () => {
    const by = (one: number, other: number) =>
      found(
        contended({
          heldFor: SECOND,
          users: [used(1, { held: one * SECOND }), used(2, { held: other * SECOND })],
        }),
      )
    expect(by(0.9, 0.1)).toContain('90 % of that by T1')
    expect(by(0.55, 0.45)).toContain('by 2 threads in turn')
  })

  it('it is nothing when hardly anybody waits, however long it is held', () => {
    expect(found(contended({ waitedFor: 0.3 * SECOND }))).toBeUndefined()
  })
})

describe('at the GIL', () => {
  const gil = (waitedGil: number) => ({ lanes: lanes({ waitedGil }, { waitedGil }) })

  it('it is the GIL when it is waited for, and not when it hardly is', () => {
    expect(found(gil(0.5))).toBe(
      'GIL: Threads waited for the GIL 50 % of their time: it lets one of them run at a time, and is the bottleneck.',
    )
    expect(found(gil(0.1))).toBeUndefined()
  })
})

describe('at a semaphore', () => {
  const slots = (fields: Partial<CounterFigures>): Fields => ({
    lanes: lanes({}, {}),
    counters: [
      counter(ResourceKind.semaphore, {
        ...{ name: 'slots', capacity: 3, maximum: 3, waitedFor: SECOND },
        ...fields,
      }),
    ],
  })

  it('it is the permits when all are taken and threads wait for one', () => {
    expect(found(slots({}))).toBe(
      'permits: Threads waited 50 % of their time for one of the 3 permits of slots: it lets no more than 3 go on at a time.',
    )
  })

  it('it is nothing when permits are left, when nobody waits, or when it is a mutex', () => {
    expect(found(slots({ maximum: 2 }))).toBeUndefined()
    expect(found(slots({ waitedFor: 0.1 * SECOND }))).toBeUndefined()
    expect(found(slots({ capacity: 1, maximum: 1 }))).toBeUndefined()
    expect(found(slots({ capacity: 0 }))).toBeUndefined()
  })
})

describe('at a barrier', () => {
  const met = (...waits: readonly number[]): Fields => ({
    lanes: lanes(...waits.map((idle) => ({ by: { idle } }))),
    counters: [
      counter(ResourceKind.barrier, {
        name: 'met',
        users: waits.map((waited, at) => used(at + 1, { waited: waited * SECOND })),
      }),
    ],
  })

  it('it is the one whom the others wait for', () => {
    expect(found(met(0.6, 0.1, 0.5))).toBe(
      'party: The others waited at barrier met 55 % of the time, T2 10 %: they wait for it, and it is the bottleneck.',
    )
  })

  it('it is nobody where all have met once only: that is how they begin together', () => {
    const [barrier] = met(0.6, 0.1, 0.5).counters ?? []
    const fields = (more: Partial<CounterFigures>) => ({
      ...met(0.6, 0.1, 0.5),
      counters: barrier ? [{ ...barrier, ...more }] : [],
    })
    expect(found(fields({ used: 3 }))).toBeUndefined()
    expect(found(fields({ used: 4, capacity: 4 }))).toBeUndefined()
    expect(found(fields({ used: 6, capacity: 3 }))).toContain('party')
  })

  it('it is nobody when all wait alike, or not for long', () => {
    expect(found(met(0.5, 0.4, 0.5))).toBeUndefined()
    expect(found(met(0.1, 0, 0.1))).toBeUndefined()
    expect(found(met(0.6))).toBeUndefined()
  })
})

describe('in a pool', () => {
  const pool = (ends: readonly number[], worked = 0.9, waited = 0.9): Fields => ({
    lanes: lanes({}, {}, {}),
    counters: [
      counter(ResourceKind.pool, {
        users: [
          ...ends.map((end, at) =>
            used(at + 1, { held: worked * SECOND, last: nanoseconds(end * SECOND) }),
          ),
          used(8, { used: 0, waited: waited * SECOND }),
        ],
      }),
    ],
  })

  it('it is the long tail when one works on alone', () => {
    expect(found(pool([1, 0.7, 0.6]))).toMatch(
      /^tail: T1 worked on alone, or nearly, for the last 35 % of the time/,
    )
    expect(found(pool([1, 0.95, 0.9]))).toBeUndefined()
    expect(found(pool([1]))).toBeUndefined()
  })

  it('it is handing the tasks out when workers are idle while results are waited for', () => {
    expect(found(pool([1, 1], 0.2))).toBe(
      'handing out: 2 workers worked on tasks 20 % of the time while the results were waited for: handing the tasks out, and starting the workers, is the bottleneck.',
    )
    expect(found(pool([1, 1], 0.6))).toBeUndefined()
    // The program had nothing to hand out.
    expect(found(pool([1, 1], 0.2, 0.1))).toBeUndefined()
  })
})

describe('of the machine', () => {
  it('it is the processors when threads are ready and wait for one', () => {
    const queued = (processor: number) => ({
      lanes: lanes({ by: { processor } }, { by: { processor } }),
    })
    expect(found(queued(0.4))).toBe(
      'processors: Threads were ready to run, but waited for a processor 40 % of their time.',
    )
    expect(found(queued(0.1))).toBeUndefined()
  })

  it('it is the processors when more are wanted than were used', () => {
    const wanted = { lanes: lanes({}, {}, {}, {}), concurrency: 4 }
    expect(found(wanted, 2)).toBe(
      'processors: On average 4.00 threads were ready to run, and used 2.00 processors: there are too few, or others have them.',
    )
    expect(found(wanted, 3.8)).toBeUndefined()
    // It was not measured.
    expect(found(wanted)).toBeUndefined()
    expect(found({ ...wanted, concurrency: 1 }, 0.5)).toBeUndefined()
  })

  it('it is sleeping and I/O when they take most of the time', () => {
    expect(found({ lanes: lanes({ by: { sleeping: 0.8 } }) })).toBe(
      'sleeping: Threads slept or did I/O 80 % of their time: more processors would not make it faster.',
    )
    expect(found({ lanes: lanes({ by: { sleeping: 0.3 } }) })).toBeUndefined()
  })

  it('it is not the rest while threads hold each other up', () => {
    const slots = counter(ResourceKind.semaphore, {
      ...{ capacity: 2, maximum: 2, waitedFor: 0.5 * SECOND },
    })
    const sleeping = { lanes: lanes({ by: { sleeping: 0.9 } }, { by: { sleeping: 0.9 } }) }
    expect(found({ ...sleeping, counters: [slots] })).toMatch(/^permits: /)
    expect(found(sleeping)).toMatch(/^sleeping: /)
  })
})

describe('of several', () => {
  const gil = (waitedGil: number) => made({ lanes: lanes({ waitedGil }) })
  const free = made({ lanes: lanes({}) })

  it('causes the one of which most is lost', () => {
    const locks = [lock({ waitedFor: 0.3 * SECOND, heldFor: SECOND })]
    expect(found({ lanes: lanes({ waitedGil: 0.5 }), locks })).toMatch(/^GIL: /)
    expect(found({ lanes: lanes({ waitedGil: 0.25 }), locks })).toMatch(/^lock: /)
  })

  it('repeats what limits half of them, with the figures nearest to their median', () => {
    const common = commonBottleneck([gil(0.3), gil(0.9), gil(0.5), free])
    expect(common).toMatchObject({ kind: 'GIL', lost: 0.5 })
    expect(commonBottleneck([gil(0.5), gil(0.5), free, free])?.kind).toBe('GIL')
  })

  it('repeats nothing that limits less than half of them', () => {
    expect(commonBottleneck([gil(0.5), free, free])).toBeUndefined()
    expect(commonBottleneck([])).toBeUndefined()
    expect(
      commonBottleneck([free, made({}), section({ variant: 'v', elapsed: 0 })]),
    ).toBeUndefined()
  })

  it('repeats take the processors that each of them used', () => {
    const wanted = made({ lanes: lanes({}, {}), concurrency: 2 })
    expect(commonBottleneck([wanted, wanted], () => 1)?.kind).toBe('processors')
    expect(commonBottleneck([wanted, wanted], () => 2)).toBeUndefined()
  })
})
