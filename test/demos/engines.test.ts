/** Verdicts of CPython's sections, of twin runs and of scripts: on figures whose truth is known, and on the opposite. */
import { describe, expect, it } from 'vitest'
import type { EngineFacts, VerdictInput } from '../../main/demos/demo.ts'
import { enginesOf } from '../../main/demos/engine-facts.ts'
import { findDemo } from '../../main/demos/index.ts'
import { nanoseconds } from '../../main/core/units.ts'
import type { PythonStatus, RunStatus, TablesAnswer, Verdict } from '../../main/run/contract.ts'
import { SCRIPT_DEMO } from '../../main/run/contract.ts'
import { sectionLabel } from '../../main/run/section-label.ts'
import { initialStatus } from '../../main/run/initial-status.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { SectionFigures } from '../../main/trace/figures.ts'
import { LaneEnd, LaneState, OutputStream, ResourceKind } from '../../main/trace/model.ts'
import { lane, lock, queue, section } from './figures.ts'
import { checkedHeadline, plain } from './judging.ts'

const MS = 1e6
const SECOND = 1e9

const cpython = (fields: Partial<EngineFacts> = {}): EngineFacts => ({
  kind: 'cpython',
  label: 'CPython 3.13.0',
  version: '3.13.0',
  freeThreaded: false,
  gil: true,
  startMethod: 'fork',
  ...fields,
})
const FREE = cpython({ label: 'CPython 3.13.15 free-threaded', freeThreaded: true, gil: false })
const NODE: EngineFacts = { ...cpython(), kind: 'node', label: 'Node', version: '', gil: false }

type Fields = Partial<VerdictInput> & { readonly sections: readonly SectionFigures[] }

function judge(id: string, variant: string, fields: Fields): Verdict & { text: string } {
  const demo = findDemo(id)
  if (demo === undefined) throw new Error(id)
  const defaults = demo.manifest.parameters.map((each) => [each.id, each.default] as const)
  const verdict = demo.judge({
    variant,
    parameters: Object.fromEntries(defaults),
    cutShort: false,
    ...fields,
  })
  return {
    ...verdict,
    headline: checkedHeadline(verdict),
    text: plain(
      [
        verdict.headline,
        ...verdict.sentences.map(sentenceText),
        ...verdict.evidence.map(({ label, value }) => `${label}: ${value}`),
      ].join('\n'),
    ),
  }
}

const times = (variant: string, seconds: readonly number[], rest: Partial<SectionFigures> = {}) =>
  seconds.map((each) => section({ ...rest, variant, elapsed: nanoseconds(each * SECOND) }))

const line = (text: string) => ({ stream: OutputStream.out, text })

describe('GIL countdown in CPython', () => {
  const run = (engine: EngineFacts, two: readonly number[], variant = 'note-two-threads') =>
    judge('gil-countdown', variant, {
      engines: [engine],
      sections: [
        ...times(variant, two),
        ...times(variant.startsWith('note') ? 'note-one-thread' : 'one-thread', [2, 2.01, 1.99]),
      ],
    })

  it.each([
    [0.08, cpython(), 2, true],
    [2, cpython(), 2, false],
    [0.08, cpython(), 1, false],
    [0.08, FREE, 2, false],
  ])('says of %d s what nobody can see of the GIL in it', (seconds, engine, threads, said) => {
    const lanes = Array.from({ length: threads }, () => lane({}))
    const verdict = judge('gil-countdown', 'two-threads-gil', {
      engines: [engine],
      sections: times('two-threads-gil', [seconds], { lanes }),
    })
    expect(verdict.text.includes('in a time as short as this')).toBe(said)
  })

  it.each([
    ['as long', [2, 2.02, 1.98]],
    ['a little shorter, as was measured', [1.84, 1.85, 1.86]],
    ['longer, as the note says', [2.5, 2.52, 2.55]],
  ])('finds what is expected under the GIL when two threads take %s', (_, two) => {
    const verdict = run(cpython(), two)
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('Two threads under the GIL took')
    expect(verdict.text).toContain('45.5 s against 24.6 s, 1.8 ×, on two cores (David Beazley')
    expect(verdict.text).toContain('two threads take about as long as one, and are not faster')
  })

  it('does not expect two threads under the GIL to take half as long', () => {
    expect(run(cpython(), [1, 1.01, 1.02]).judgement).toBe('not as expected')
  })

  it.each([
    ['as expected', [1, 1.01, 1.02]],
    ['no difference shown', [2, 2.02, 1.98]],
    ['not as expected', [4, 4.1, 4.05]],
  ] as const)('finds it %s when threads of a free-threaded build take %j s', (judgement, two) => {
    // Whatever the variant is called: the build decides.
    for (const variant of ['note-two-threads', 'two-threads-gil', 'two-threads-parallel']) {
      const verdict = run(FREE, two, variant)
      expect(verdict.judgement).toBe(judgement)
      expect(verdict.headline).toContain('Two threads without a GIL')
      expect(verdict.text).not.toContain('Beazley')
    }
  })

  it('calls threads in parallel what they are under a GIL', () => {
    expect(run(cpython(), [2, 2.02, 1.98], 'two-threads-parallel').headline).toContain(
      'Two threads under the GIL',
    )
  })

  it('expects of processes to be faster, with a GIL or without, and tells nothing of switches', () => {
    const gil = lock({ kind: ResourceKind.gil, switches: 12, acquired: 20 })
    for (const engine of [cpython(), FREE]) {
      const verdict = judge('gil-countdown', 'two-processes', {
        engines: [engine],
        sections: [
          ...times('two-processes', [1.1, 1.2, 1.15], { locks: [gil] }),
          ...times('one-thread', [2, 2.01, 1.99]),
        ],
      })
      expect(verdict.judgement).toBe('as expected')
      expect(verdict.text).not.toContain('changed hands')
    }
  })
})

describe('a failure that is known', () => {
  const explanation = {
    headline: 'The program has no main guard',
    sentences: ['The process that was spawned imported it and came to start() again.'],
  }

  it('is what a variant is to show that names another that works', () => {
    const verdict = judge('sender-receiver-process', 'note', {
      engines: [cpython({ explanation })],
      sections: [],
      cutShort: true,
    })
    expect(verdict.headline).toBe(explanation.headline)
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.text).toContain('“The note’s program, guarded” works.')
  })

  it('is not to be shown when the interpreter itself crashed', () => {
    const exit = { code: -11, signal: 'SIGSEGV' }
    const engines = [cpython({ explanation, exit })]
    expect(judge('sender-receiver-process', 'note', { engines, sections: [] }).judgement).toBe(
      'not as expected',
    )
  })

  it('is not expected of one that should work', () => {
    const verdict = judge('sender-receiver-process', 'process', {
      engines: [cpython({ explanation })],
      sections: [],
      cutShort: true,
    })
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.text).not.toContain('works.')
  })

  it('an exit code tells of a failure that nobody explains', () => {
    const results = times('results', [1], { output: [line('in order: true')] })
    const exited = (code: number) =>
      judge('pool-map', 'results', { engines: [cpython({ exit: { code } })], sections: results })
    expect(exited(1)).toMatchObject({ judgement: 'not as expected' })
    expect(exited(1).headline).toBe('The program ended with exit code 1')
    // Its figures are those of a program that never came to what it is about.
    expect(exited(1).text).not.toContain('calls')
    expect(exited(0)).toMatchObject({ judgement: 'as expected' })
  })
})

describe('sender and receiver in CPython', () => {
  const run = (lanes: SectionFigures['lanes']) =>
    judge('sender-receiver-process', 'note', {
      engines: [cpython()],
      sections: times('note', [5], {
        lanes,
        queues: [
          queue({ name: 'q pipe', kind: ResourceKind.pipe, puts: 99, gets: 99 }),
          queue({ kind: ResourceKind.processQueue, puts: 11, gets: 10, left: 1 }),
        ],
        output: Array.from({ length: 10 }, (_, item) => line(String(item))),
      }),
    })
  const feeder = lane({ name: 'QueueFeederThread', ended: LaneEnd.returned })

  it('is told of the queue and the sender, not of a pipe and a feeder within them', () => {
    const sender = lane({ name: 'Process-1', ended: LaneEnd.terminated })
    const verdict = run([lane({ name: 'MainThread' }), feeder, sender])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toBe(
      'The sender process put 11 items, the receiver got 10 in order, and 1 was never received',
    )
  })

  it('notices that the sender ended by itself', () => {
    const sender = lane({ name: 'Process-1', ended: LaneEnd.returned })
    expect(run([feeder, sender]).judgement).toBe('not as expected')
  })

  it('does not take a thread of the server of forkserver for the sender', () => {
    const sender = lane({ name: 'ForkServerProcess-1', ended: LaneEnd.terminated })
    const server = lane({ name: 'Thread-1', ended: LaneEnd.returned })
    expect(run([server, sender]).judgement).toBe('as expected')
  })
})

describe('the convoy', () => {
  const trips = (milliseconds: readonly number[]) =>
    milliseconds.map((each) => line(`round trip ${each.toFixed(3)} ms`))
  const run = (engine: EngineFacts, milliseconds: readonly number[], variant = 'one-thread') =>
    judge('gil-convoy', variant, {
      engines: [engine],
      sections: [0, 1, 2].flatMap(() => [
        ...times(variant, [1], {
          output: trips(milliseconds),
          lanes: [lane({ name: 'MainThread', waitedGil: milliseconds.length * 5.1 * MS })],
          locks: [lock({ kind: ResourceKind.gil, acquired: 1 })],
        }),
        ...times('alone', [1], { output: trips([0.07, 0.07, 0.08]) }),
      ]),
    })
  const convoy = Array.from({ length: 100 }, (_, index) => 5.2 + index / 100)

  it('gives median, 95 % and 99 % of what was measured, and the wait that was recorded', () => {
    const verdict = run(cpython(), convoy)
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.text).toContain('Round trip, median: 5.70 ms')
    expect(verdict.text).toContain('95 %: 6.14 ms')
    expect(verdict.text).toContain('99 %: 6.18 ms')
    expect(verdict.text).toContain('waited for the GIL 5.10 ms for each ping')
    expect(verdict.ratio?.estimate).toBeCloseTo(5.695 / 0.07, 1)
  })

  it('stands beside what was published for the same threads and interval, with its source', () => {
    expect(run(cpython(), convoy).text).toContain('2021, CPython 3.9: 10.0 ms for each answer')
    expect(run(cpython(), convoy, 'two-threads').text).toContain('20.0 ms for each answer')
    expect(run(cpython(), convoy).text).toContain('PyCon 2010')
  })

  it('claims nothing about waits for a GIL that nobody saw', () => {
    const verdict = judge('gil-convoy', 'one-thread', {
      engines: [cpython({ reading: 'not available' })],
      sections: times('one-thread', [1], { output: trips([5.2]), lanes: [lane({})] }),
    })
    expect(verdict.text).not.toContain('for each ping')
    expect(verdict.text).toContain('Who held the GIL could not be seen here')
  })

  it('that did not form is not as expected, and why it may not is said', () => {
    const verdict = run(cpython(), [0.07, 0.08, 0.07])
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.text).toContain('The convoy did not form')
  })

  it('does not form without a GIL; where it does, something is wrong', () => {
    expect(run(FREE, [0.07, 0.08, 0.07]).judgement).toBe('as expected')
    expect(run(FREE, [0.07, 0.08, 0.07]).text).not.toContain('waited for the GIL')
    expect(run(FREE, convoy).judgement).toBe('not as expected')
    expect(run(NODE, [0.3, 0.3, 0.4], 'one-thread-parallel').judgement).toBe('as expected')
  })
})

describe('start methods', () => {
  const run = (fork: readonly number[], spawn: readonly number[]) =>
    judge('start-methods', 'fork', {
      engines: [cpython()],
      sections: [
        ...times('fork', fork, {
          output: [12, 2, 3].map((took) => line(`fork: started in ${took.toFixed(3)} ms`)),
        }),
        ...times('spawn', spawn),
      ],
    })

  it('finds forked processes to start sooner, and tells the first from the others', () => {
    const verdict = run([0.1, 0.11, 0.12], [1, 1.1, 1.2])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toContain('With fork, eight processes took 0.10 × the time')
    expect(verdict.text).toContain('came 12.0 ms after start(), that of the others after 2.50 ms')
  })

  it('says so when they do not', () => {
    expect(run([1, 1.1, 1.2], [0.1, 0.11, 0.12]).judgement).toBe('not as expected')
  })
})

describe('a pool', () => {
  const workers = (ran: readonly number[]) => [
    lane({ name: 'MainThread', pid: 1, running: 900 * MS }),
    ...ran.map((running, index) => lane({ name: `Worker-${index}`, pid: index + 2, running })),
  ]
  const run = (ran: readonly number[], printed: string) =>
    judge('pool-map', 'results', {
      sections: times('results', [1], { lanes: workers(ran), output: [line(printed)] }),
    })

  it('names the share of its busiest worker, and not of the process that made it', () => {
    expect(run([90 * MS, 5 * MS, 5 * MS], 'in order: true').text).toContain(
      'The busiest of 3 worker processes ran 90 % of the time that all of them ran; an equal share would be 33 %',
    )
  })

  it('is as expected only if map returned the results in order', () => {
    expect(run([1], 'in order: true').judgement).toBe('as expected')
    expect(run([1], 'in order: false').judgement).toBe('not as expected')
    expect(run([1], '').judgement).toBe('not as expected')
  })
})

describe('twins', () => {
  const working = (share: number) => [
    lane({ name: 'MainThread', running: 10 * MS }),
    lane({ running: (1 - share) * SECOND, waiting: share * SECOND, waitedGil: share * SECOND }),
  ]
  const twin = (
    variant: string,
    one: { engine: EngineFacts; seconds: readonly number[]; share?: number; printed?: string },
    other: { engine: EngineFacts; seconds: readonly number[]; share?: number; printed?: string },
    processors?: readonly number[],
  ) => {
    const sections = [one, other].flatMap(({ engine, seconds, share, printed = 'same' }) =>
      times(sectionLabel(variant, engine.label), seconds, {
        lanes: working(share ?? 0),
        locks: share === undefined ? [] : [lock({ kind: ResourceKind.gil, switches: 200 })],
        output: [line(printed)],
        concurrency: 2 * (1 - (share ?? 0)),
      }),
    )
    return judge('gil-countdown', variant, {
      engines: [one.engine, other.engine],
      sections,
      ...(processors && { processors }),
    })
  }

  it('are compared by interval, and the reason is told: one waits for the GIL', () => {
    const verdict = twin(
      'two-threads-gil',
      { engine: cpython(), seconds: [2, 2.02, 1.98], share: 0.5 },
      { engine: FREE, seconds: [1, 1.01, 0.99] },
    )
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toBe(
      'CPython 3.13.0 took 2.00 × the time of CPython 3.13.15 free-threaded: slower (95 % interval 1.96 to 2.04)',
    )
    expect(verdict.text).toContain(
      'Threads waited for the GIL 50 % of their time in CPython 3.13.0, 0 % in CPython 3.13.15 free-threaded.',
    )
    expect(verdict.text).toContain(
      'The GIL changed hands 200 times in CPython 3.13.0; none was seen',
    )
    expect(verdict.ratio).toMatchObject({ of: 'CPython 3.13.0', to: FREE.label })
    expect(verdict.text).not.toContain('compiled JavaScript')
  })

  it('the other way round are the other way round', () => {
    const verdict = twin(
      'two-threads-gil',
      { engine: FREE, seconds: [1, 1.01, 0.99] },
      { engine: cpython(), seconds: [2, 2.02, 1.98], share: 0.5 },
    )
    expect(verdict.headline).toContain('took 0.50 × the time of CPython 3.13.0: faster')
    expect(verdict.text).toContain(
      'The GIL changed hands 200 times in CPython 3.13.0; none was seen',
    )
  })

  it('that are alike show no difference, and no reason for one', () => {
    const verdict = twin(
      'one-thread',
      { engine: cpython(), seconds: [4, 4.02, 3.98] },
      { engine: cpython({ label: 'CPython 3.13.0, spawn' }), seconds: [4.01, 3.99, 4] },
      [1, 1, 1, 1.02, 1.03, 1.01],
    )
    expect(verdict.judgement).toBe('no difference shown')
    expect(verdict.text).not.toContain('Threads waited')
    expect(verdict.text).toContain('Both used 1.00 processors on average.')
  })

  it('have their processors told apart where they were measured', () => {
    const verdict = twin(
      'two-threads-gil',
      { engine: cpython(), seconds: [8, 8, 8], share: 0.5 },
      { engine: FREE, seconds: [4, 4, 4] },
      [1, 1, 1, 1.9, 1.9, 1.9],
    )
    expect(verdict.text).toContain(
      'CPython 3.13.0 used 1.00 processors on average, CPython 3.13.15 free-threaded 1.90.',
    )
  })

  it('that took too short a time to look at their processors are not told of them', () => {
    const verdict = twin(
      'two-threads-gil',
      { engine: cpython(), seconds: [0.5, 0.5, 0.5], share: 0.5 },
      { engine: FREE, seconds: [0.3, 0.3, 0.3] },
      [0, 0, 0.4, 0, 0.2, 0],
    )
    expect(verdict.text).not.toContain('processors')
    expect(verdict.text).toContain('On average 1.00 threads ran, or could have run, at once')
  })

  it('that print something else are not as expected, however long they took', () => {
    const verdict = twin(
      'one-thread',
      { engine: NODE, seconds: [1, 1, 1], printed: '0' },
      { engine: cpython(), seconds: [2, 2, 2], printed: '1' },
    )
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.text).toContain('They did not print the same')
    expect(verdict.text).toContain('One is compiled JavaScript')
  })

  it('may print times that they measured themselves', () => {
    const verdict = twin(
      'one-thread',
      { engine: NODE, seconds: [1, 1, 1], printed: 'Time taken in seconds - 1.0213' },
      { engine: cpython(), seconds: [2, 2, 2], printed: 'Time taken in seconds - 2.1' },
    )
    expect(verdict.text).toContain('Both printed the same, 1 line each.')
  })

  it('of which one never ran to its end say which', () => {
    const verdict = judge('gil-countdown', 'one-thread', {
      engines: [NODE, cpython()],
      sections: times(sectionLabel('one-thread', 'Node'), [1]),
      cutShort: true,
    })
    expect(verdict.judgement).toBe('open')
    expect(verdict.text).toContain('No section of CPython 3.13.0 ran to its end.')
  })

  it('need no facts about their engines: labels tell them apart', () => {
    const verdict = judge('lock-contention', 'one-lock', {
      sections: [
        ...times(sectionLabel('one-lock', 'Node'), [1, 1, 1]),
        ...times(sectionLabel('one-lock', 'CPython 3.8.18'), [2, 2, 2]),
      ],
    })
    expect(verdict.headline).toContain('Node took 0.50 × the time of CPython 3.8.18: faster')
  })
})

describe('a script', () => {
  it('is told of other programs that used processors, and not of none', () => {
    const text = (others: number) =>
      judge(SCRIPT_DEMO, 'script', {
        engines: [cpython({ exit: { code: 0 } })],
        sections: times('script', [10], { others, lanes: [lane({ running: SECOND })] }),
      }).text
    expect(text(1.5)).toContain('Other programs used 1.50 processors meanwhile')
    expect(text(0.1)).not.toContain('Other programs')
  })

  const status = { code: 0 }
  const script = (fields: Partial<SectionFigures>, more: Partial<VerdictInput> = {}) =>
    judge(SCRIPT_DEMO, 'script', {
      engines: [cpython({ exit: status })],
      sections: times('script', [10], fields),
      ...more,
    })
  const byState = (states: Partial<Record<keyof typeof LaneState, number>>) => {
    const times = lane({}).byState
    for (const [state, share] of Object.entries(states))
      times[LaneState[state as keyof typeof LaneState]] = share * 10 * SECOND
    return times
  }

  it('is told where its time went, lane by lane, those that ran most first', () => {
    const verdict = script({
      lanes: [
        lane({ name: 'MainThread', byState: byState({ idle: 0.99, running: 0.01 }) }),
        lane({ name: 'reader', byState: byState({ sleeping: 0.6, queue: 0.3, running: 0.1 }) }),
        lane({
          name: 'worker',
          byState: byState({ running: 0.5, waiting: 0.5 }),
          waitedLock: 5 * SECOND,
        }),
      ],
    })
    expect(verdict.headline).toBe(
      'The script ended after 10.0 s on CPython 3.13.0 with exit code 0',
    )
    expect(verdict.judgement).toBe('as expected')
    const [first, second, third] = verdict.sentences.map(sentenceText).map(plain)
    expect(first).toBe('worker ran 50 % and waited for locks 50 % of its 10.0 s.')
    expect(second).toBe(
      'reader ran 10 %, was blocked in queues 30 % and slept or did I/O 60 % of its 10.0 s.',
    )
    expect(third).toBe('MainThread was idle or joined others 99 % of its 10.0 s.')
  })

  it('whose receiver idles has its bottleneck in the sender, and the other way round', () => {
    const lanes = [lane({ name: 'MainThread', running: SECOND })]
    const of = (fields: Parameters<typeof queue>[0]) =>
      script({ lanes, queues: [queue({ name: 'q', puts: 100, gets: 100, ...fields })] }).text
    expect(of({ blockedInGet: 7.1 * SECOND })).toContain(
      'Queue q: the receiver was idle 71 %: the sender is the bottleneck.',
    )
    expect(of({ blockedInPut: 7.1 * SECOND, left: 3 })).toContain(
      'the sender was blocked 71 % because it was full: the receiver is the bottleneck; 3 items stayed in it.',
    )
    expect(of({ puts: 100, gets: 10, left: 90, maximumDepth: 90 })).toContain(
      '100 items were put and 10 taken, at most 90 lay in it: the receiver is the bottleneck',
    )
    expect(of({ blockedInGet: 0.01 * SECOND })).toContain('neither side held the other up')
    expect(of({ blockedInGet: 25 * SECOND })).toContain('idle for 25.0 s in all')
  })

  it('has its share of waiting for the GIL, or none', () => {
    const lanes = (share: number) => [
      lane({ running: (1 - share) * SECOND, waiting: share * SECOND, waitedGil: share * SECOND }),
    ]
    const gil = lock({ kind: ResourceKind.gil, switches: 1204 })
    expect(script({ lanes: lanes(0.48), locks: [gil] }).text).toContain(
      'waited for the GIL 48 %; it changed hands 1 204 times',
    )
    expect(script({ lanes: lanes(0), locks: [gil] }).text).toContain('the GIL held nobody up')
    expect(script({ lanes: lanes(0) }).text).not.toContain('GIL')
  })

  it('names the longest wait for a lock and who held it', () => {
    const percentiles = { count: 1, median: 1, p90: 1, p99: 1, maximum: 1 }
    const row = (name: string, kind: string, duration: number) => ({
      ...{ track: 9, name, kind, madeAt: 'job.py:3', acquired: 2, contended: 1, switches: 1 },
      ...{ heldFor: 0, waitedFor: 0, hold: percentiles, wait: percentiles },
      longest: [
        {
          ...{ track: 2, holder: 1, ender: 1 },
          ...{ from: nanoseconds(0), duration: nanoseconds(duration) },
        },
      ],
    })
    const lanes = ['MainThread', 'Thread-1'].map((name, index) => ({
      ...{ track: index + 1, name, pid: 1, now: '', nowState: LaneState.none },
      ...{
        byState: byState({ running: 1 }),
        waitedGil: 0,
        waitedLock: 0,
        waits: 0,
        longestWait: 0,
      },
    }))
    const tables: TablesAnswer = {
      ...{ lanes, queues: [], counters: [] },
      locks: [row('GIL', 'GIL', 900 * MS), row('cache_lock', 'Lock', 812 * MS)],
      concurrency: { mean: 1, byCount: new Float64Array(2) },
    }
    expect(script({ lanes: [lane({ running: SECOND })] }, { tables }).text).toContain(
      'Thread-1 waited 812 ms for cache_lock (job.py:3), which MainThread held.',
    )
    // One that was stopped has no section: the tables tell where its time went.
    const stopped = script({}, { tables, sections: [], cutShort: true, engines: [cpython()] })
    expect(stopped).toMatchObject({
      judgement: 'open',
      headline: 'The script was stopped on CPython 3.13.0 before it had ended',
    })
    expect(stopped.text).toContain('MainThread ran 100 % of its 10.0 s.')
  })

  it('that failed says by what', () => {
    const lanes = [lane({ name: 'MainThread', running: SECOND })]
    const ended = (exit: EngineFacts['exit']) =>
      script({ lanes }, { engines: [cpython(exit && { exit })] })
    expect(ended({ code: 3 })).toMatchObject({ judgement: 'not as expected' })
    expect(ended({ code: 3 }).headline).toContain('with exit code 3')
    expect(ended({ code: -11, signal: 'SIGSEGV' })).toMatchObject({ judgement: 'not as expected' })
    expect(ended({ code: -11, signal: 'SIGSEGV' }).headline).toContain('by SIGSEGV')
    expect(ended(undefined).judgement).toBe('open')
  })

  it('that ended well tells of a thread that did not', () => {
    const lanes = [
      lane({ name: 'MainThread', running: SECOND }),
      lane({ name: 'reader', running: SECOND, ended: LaneEnd.threw }),
    ]
    expect(script({ lanes }).text).toContain('reader ended with an exception')
    expect(script({ lanes: lanes.slice(0, 1) }).text).not.toContain('exception')
  })

  it('of which nothing was recorded is not judged', () => {
    expect(judge(SCRIPT_DEMO, 'script', { sections: [], cutShort: true }).judgement).toBe('open')
  })
})

describe('facts about engines', () => {
  const engine = { kind: 'cpython', path: '/usr/bin/python3' } as const
  const request = { demo: '', variant: '', parameters: {}, repeats: 1, baseline: false }
  const python: PythonStatus = {
    ...{ engine, label: 'CPython 3.13.15 free-threaded', version: '3.13.15', startMethod: 'fork' },
    ...{ reading: 'no GIL', readingReason: '', processes: 1, killed: [], limits: [] },
  }
  const of = (fields: Partial<RunStatus>) => enginesOf({ ...initialStatus(request), ...fields })

  it('are Node’s where the request names none', () => {
    expect(of({})).toMatchObject([{ kind: 'node', label: 'Node' }])
  })

  it('come from the status of that engine, the first of the request first', () => {
    const twin = { ...engine, startMethod: 'spawn' } as const
    expect(of({ request: { ...request, twin, engine }, python: [python] })).toMatchObject([
      { label: 'CPython 3.13.15 free-threaded', freeThreaded: true, gil: false },
      // Nothing is known of it: an ordinary build is assumed.
      { label: '/usr/bin/python3', gil: true, startMethod: 'spawn' },
    ])
  })
})
