/** What threads say and what was sampled, woven together, where the truth is known. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Activity } from '../../main/python/sampler/samples.ts'
import { Weave } from '../../main/python/trace/weave.ts'
import { EventKind, HOLDER_UNKNOWN, LaneState, WaitOutcome } from '../../main/trace/model.ts'

const GIL = 9
const LOCK = 5
const MILLISECOND = 1e6

/** A process whose threads are letters; times are milliseconds. */
function process(hasGil = true) {
  const lines: string[] = []
  const weave = new Weave<string>(GIL, hasGil, (thread, time, kind, resource, a) => {
    lines.push(`${time / MILLISECOND} ${thread} ${inWords(kind, resource, a)}`)
  })
  const numberOf = (thread: string): number => thread.charCodeAt(0)
  const process = {
    begin: (...threads: string[]) => {
      for (const thread of threads)
        weave.begin(thread, 0, numberOf(thread), numberOf(thread) * 4_096)
    },
    end: (thread: string, time: number) => {
      weave.end(thread, time * MILLISECOND)
    },
    /** One look at the process: who holds, and what has changed of the others. */
    look: (time: number, holder: string, activities: Record<string, Activity> = {}) => {
      for (const [thread, activity] of Object.entries(activities))
        weave.activity(time * MILLISECOND, numberOf(thread), activity)
      weave.holder(holder === '' ? 0 : numberOf(holder) * 4_096)
      weave.settle(time * MILLISECOND)
    },
    /** Nothing has changed up to then. */
    pass: (time: number) => {
      weave.settle(time * MILLISECOND)
    },
    say: (thread: string, time: number, kind: EventKind, resource = 0, a = 0) => {
      const passes = weave.event(thread, time * MILLISECOND, kind, resource, a, 0, 0)
      if (passes) lines.push(`${time} ${thread} says ${inWords(kind, resource, a)}`)
    },
    /** What was written since the last call. */
    told: () => lines.splice(0),
  }
  return process
}

function inWords(kind: EventKind, resource: number, a: number): string {
  const what = resource === GIL ? 'GIL' : 'lock'
  switch (kind) {
    case EventKind.acquire:
      return `takes ${what}${a === 1 ? ' at last' : ''}`
    case EventKind.release:
      return `drops ${what}`
    case EventKind.waitBegin:
      return `waits for ${what}`
    case EventKind.waitEnd:
      return `${a === WaitOutcome.granted ? 'got' : 'gave up'} ${what}`
    case EventKind.state:
      return Object.keys(LaneState)[a] ?? ''
    default:
      return `event ${kind}`
  }
}

const { runnable, waitsForGil, waits, blocked } = Activity

test('two threads that hand the GIL over hold it in turn and wait for it between', () => {
  const { begin, look, told } = process()
  begin('A', 'B')
  look(1, 'A', { A: runnable, B: waitsForGil })
  expect(told()).toEqual(['1 A takes GIL', '1 B waits for GIL'])
  look(6, 'B', { A: waitsForGil, B: runnable })
  expect(told()).toEqual(['6 A drops GIL', '6 B takes GIL at last', '6 A waits for GIL'])
  look(11, 'A', { A: runnable, B: waitsForGil })
  expect(told()).toEqual(['11 B drops GIL', '11 A takes GIL at last', '11 B waits for GIL'])
})

test('in a convoy the echoing thread waits for the GIL after each of its sleeps', () => {
  const { begin, look, say, told } = process()
  begin('C', 'E')
  look(1, 'C', { C: runnable, E: blocked })
  told()
  say('E', 1.5, EventKind.state, 0, LaneState.sleeping)
  look(3, 'C', { E: waitsForGil })
  expect(told()).toEqual(['1.5 E says sleeping', '3 E waits for GIL'])
  look(8, 'E', { E: runnable, C: waitsForGil })
  say('E', 8.1, EventKind.state, 0, LaneState.running)
  expect(told()).toEqual(['8 C drops GIL', '8 E takes GIL at last', '8 C waits for GIL'])
})

test('a wait for a lock ends when its thread is seen to queue for the GIL', () => {
  const { begin, look, say, told } = process()
  begin('A', 'B')
  look(1, 'A', { A: runnable, B: runnable })
  told()
  say('B', 2, EventKind.waitBegin, LOCK, HOLDER_UNKNOWN)
  look(3, 'A', { B: waits })
  expect(told()).toEqual(['2 B says waits for lock'])
  look(5, 'A', { B: waitsForGil })
  expect(told()).toEqual(['5 B got lock', '5 B waits for GIL'])
  look(7, 'B', { A: waitsForGil, B: runnable })
  told()
  // Its own words about the same wait come later, and end nothing any more.
  say('B', 7.2, EventKind.waitEnd, LOCK)
  say('B', 7.3, EventKind.acquire, LOCK, 1)
  expect(told()).toEqual(['7.3 B says takes lock at last'])
})

test('a thread that queues for the GIL for a moment before it waits goes on waiting for its lock', () => {
  const { begin, look, say, told } = process()
  begin('A', 'B')
  look(1, 'B', { B: runnable, A: waitsForGil })
  say('B', 2, EventKind.waitBegin, LOCK, HOLDER_UNKNOWN)
  told()
  look(3, 'A', { A: runnable, B: waitsForGil })
  look(4, 'A', { B: waits })
  expect(told().filter((line) => line.includes(' B '))).toEqual([
    '3 B drops GIL',
    '3 B got lock',
    '3 B waits for GIL',
    '4 B got GIL',
    '4 B waits for lock',
  ])
})

test('what is sampled of the moment before a wait does not end it', () => {
  const { begin, look, pass, say, told } = process()
  begin('A', 'B')
  look(1, 'B', { B: runnable, A: waitsForGil })
  told()
  say('B', 1.2, EventKind.waitBegin, LOCK, HOLDER_UNKNOWN)
  // The next sample may have been taken before.
  pass(1.5)
  expect(told()).toEqual(['1.2 B says waits for lock'])
  look(2, 'A', { B: waits, A: runnable })
  pass(3)
  expect(told()).toEqual(['2 B drops GIL', '2 A takes GIL at last'])
})

test('a holder that the system stops keeps the GIL, and nobody else is said to run', () => {
  const { begin, look, pass, told } = process()
  begin('A', 'B', 'C')
  look(1, 'A', { A: runnable, B: waitsForGil, C: runnable })
  expect(told()).toEqual(['1 A takes GIL', '1 B waits for GIL', '1 C processor'])
  for (let time = 2; time < 50; time++) pass(time)
  expect(told()).toEqual([])
})

test('a thread that records something does not wait for the GIL at that moment', () => {
  const { begin, look, pass, say, told } = process()
  begin('A', 'B')
  look(1, 'A', { A: runnable, B: waitsForGil })
  told()
  say('B', 1.4, EventKind.put, LOCK)
  expect(told()).toEqual(['1.4 B got GIL', '1.4 B says event 8'])
  pass(2)
  expect(told()).toEqual([])
  // Every sample since found it in the queue again.
  pass(3)
  expect(told()).toEqual(['3 B waits for GIL'])
})

test('before the sampler begins the threads do what they say', () => {
  const { begin, look, say, told } = process()
  begin('A', 'B')
  say('A', 1, EventKind.acquire, LOCK)
  say('B', 2, EventKind.waitBegin, LOCK, HOLDER_UNKNOWN)
  say('A', 3, EventKind.release, LOCK)
  say('B', 4, EventKind.acquire, LOCK, 1)
  expect(told()).toEqual([
    '1 A says takes lock',
    '2 B says waits for lock',
    '3 A says drops lock',
    '4 B says takes lock at last',
  ])
  look(20, 'B', { A: waitsForGil, B: runnable })
  expect(told()).toEqual(['20 B takes GIL', '20 A waits for GIL'])
})

test('a thread that ends gives the GIL back, and comes no more', () => {
  const { begin, end, look, pass, told } = process()
  begin('A', 'B')
  look(1, 'A', { A: runnable, B: waitsForGil })
  told()
  end('A', 2)
  expect(told()).toEqual(['2 A drops GIL'])
  look(3, 'B', { A: Activity.gone, B: runnable })
  pass(10)
  expect(told()).toEqual(['3 B takes GIL at last'])
})

test('a thread that was sampled before it was known holds the GIL from its beginning on', () => {
  const { begin, look, told } = process()
  begin('A')
  look(1, 'B')
  expect(told()).toEqual([])
  begin('B')
  expect(told()).toEqual(['0 B takes GIL'])
})

test('without a GIL nobody waits for one: threads run, sleep or stand still', () => {
  const { begin, look, told } = process(false)
  begin('A', 'B', 'C')
  look(1, 'A', { A: runnable, B: runnable, C: blocked })
  expect(told()).toEqual(['1 C sleeping'])
  look(2, 'B', { A: waits, C: waitsForGil })
  expect(told()).toEqual(['2 A idle', '2 C idle'])
  look(3, '', { A: runnable })
  expect(told()).toEqual(['3 A running'])
})

test('a condition that is told of keeps the wait when its lock is dropped and taken again', () => {
  const { begin, look, say, told } = process()
  const CONDITION = 6
  begin('A')
  look(1, 'A', { A: runnable })
  told()
  say('A', 2, EventKind.waitBegin, CONDITION, 0)
  say('A', 2.1, EventKind.release, LOCK)
  say('A', 5, EventKind.acquire, LOCK)
  say('A', 5.1, EventKind.waitEnd, CONDITION)
  expect(told()).toHaveLength(4)
})

test('whatever comes in whatever order, holds and waits stay in pairs', () => {
  const thread = fc.constantFrom('A', 'B', 'C')
  const step = fc.oneof(
    fc.record({
      holder: fc.constantFrom('', 'A', 'B', 'C', 'Z'),
      thread,
      activity: fc.constantFrom(...Object.values(Activity)),
    }),
    fc.record({
      thread,
      kind: fc.constantFrom(...[3, 4, 5, 6, 7, 8].map((kind) => kind as EventKind)),
      resource: fc.constantFrom(LOCK, 6),
      a: fc.constantFrom(1, 6, 7),
    }),
    fc.record({ ends: thread }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let holder = ''
      const waiting = new Set<string>()
      const { begin, end, look, say, told } = process()
      begin('A', 'B', 'C')
      steps.forEach((each, at) => {
        if ('ends' in each) end(each.ends, at)
        else if ('kind' in each) say(each.thread, at, each.kind, each.resource, each.a)
        else look(at, each.holder, { [each.thread]: each.activity })
        for (const line of told()) {
          const [, who = '', ...words] = line.split(' ')
          const what = words.join(' ')
          if (what === 'drops GIL') {
            expect(who).toBe(holder)
            holder = ''
          } else if (what.startsWith('takes GIL')) {
            expect(holder).toBe('')
            expect(waiting.has(who)).toBe(what.endsWith('at last'))
            waiting.delete(who)
            holder = who
          } else if (what === 'waits for GIL') {
            expect(who).not.toBe(holder)
            expect(waiting.has(who)).toBe(false)
            waiting.add(who)
          } else if (what === 'got GIL') expect(waiting.delete(who)).toBe(true)
          // Whatever else a thread is said to do, it has come out of the queue for the GIL before.
          else expect(waiting.has(who)).toBe(false)
        }
      })
    }),
    { seed: 5, numRuns: 2_000 },
  )
})
