import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import { checkParameters } from '../../main/demos/check.ts'
import { demos, findDemo } from '../../main/demos/index.ts'
import type { Verdict } from '../../main/run/contract.ts'
import { sentenceText } from '../../main/run/sentence.ts'
import type { SectionFigures } from '../../main/trace/figures.ts'
import { LaneEnd, OutputStream, ResourceKind } from '../../main/trace/model.ts'
import { lane, lock, queue, section } from './figures.ts'
import { checkedHeadline, plain } from './judging.ts'

const MS = 1e6
const SECOND = 1e9

function judge(
  id: string,
  variant: string,
  sections: readonly SectionFigures[],
  options: { parameters?: Record<string, number>; cutShort?: boolean } = {},
): Verdict & { text: string } {
  const demo = findDemo(id)
  if (demo === undefined) throw new Error(id)
  const parameters = checkParameters(demo.manifest, options.parameters)
  if (!parameters.ok) throw new Error(parameters.failure.message)
  const input = {
    variant,
    parameters: parameters.value,
    sections,
    cutShort: options.cutShort ?? false,
  }
  const verdict = demo.judge(input)
  return {
    ...verdict,
    headline: checkedHeadline(verdict),
    text: plain([verdict.headline, ...verdict.sentences.map(sentenceText)].join('\n')),
  }
}

const pairs = (
  variant: string,
  times: readonly number[],
  baseline: string,
  others: readonly number[],
) => [
  ...times.map((elapsed) => section({ variant, elapsed: elapsed * SECOND })),
  ...others.map((elapsed) => section({ variant: baseline, elapsed: elapsed * SECOND })),
]

describe('GIL countdown', () => {
  const countdown = (variant: string, times: number[], one: number[], threads = 2) =>
    judge('gil-countdown', variant, pairs(variant, times, 'one-thread', one), {
      parameters: { threads },
    })

  it('says slower where the times do not overlap, as the note does', () => {
    const verdict = countdown('two-threads-gil', [2.08, 2.1, 2.07], [2, 2.02, 1.99])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toBe(
      'Two threads under the GIL took 1.04 × the time of one: slower (95 % interval 1.02 to 1.06)',
    )
    expect(verdict.ratio).toMatchObject({ of: 'Two threads under the GIL', to: 'one thread' })
    expect(verdict.text).toContain('Medians of 3 repeats: 2.08 s')
    expect(verdict.text).toContain('once in ten')
  })

  it('leads from a ratio, and from its interval, to all that they come from', () => {
    const sections = [2.08, 2, 2.1, 2.02, 2.07, 1.99].map((elapsed, index) => ({
      ...section({
        variant: index % 2 === 0 ? 'two-threads-gil' : 'one-thread',
        elapsed: elapsed * SECOND,
      }),
      from: nanoseconds(index * 3 * SECOND),
      to: nanoseconds((index * 3 + 2.5) * SECOND),
    }))
    const { linkedHeadline = '', evidence } = judge('gil-countdown', 'two-threads-gil', sections)
    const place = { from: 0, to: 17.5 * SECOND }
    expect(linkedHeadline).toEqual(
      expect.arrayContaining([
        { text: '1.04\u00a0×', place },
        { text: '1.02 to 1.06', place },
      ]),
    )
    for (const label of ['Ratio', '95\u00a0% interval'])
      expect(evidence.find((each) => each.label === label)?.place).toEqual(place)
    expect(evidence.find(({ label }) => label === 'One thread')?.place).toEqual({
      from: 3 * SECOND,
      to: 5.5 * SECOND,
    })
  })

  it('is never as expected when a thread failed, however fast the others were', () => {
    const failing = { ...lane({ name: 'Thread-1 (countdown)' }), ended: LaneEnd.threw }
    const sections = [1, 1.01, 1.02].flatMap((elapsed) => [
      section({ variant: 'two-threads-parallel', elapsed: elapsed * SECOND, lanes: [failing] }),
      section({ variant: 'one-thread', elapsed: 2 * SECOND }),
    ])
    const verdict = judge('gil-countdown', 'two-threads-parallel', sections)
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.text).toContain('Thread-1 (countdown) ended with an error, and so did 2 others')
  })

  it('shows no difference where they overlap', () => {
    const verdict = countdown('two-threads-gil', [2, 2.1, 1.9], [2.05, 1.95, 2])
    expect(verdict.judgement).toBe('no difference shown')
    expect(verdict.headline).toContain('took 1.00 × the time of one: no difference shown')
    expect(verdict.text).not.toContain('once in ten')
  })

  it.each([
    ['two-threads-gil', 'not as expected'],
    ['two-threads-parallel', 'as expected'],
    ['two-processes', 'as expected'],
  ])('judges a faster %s as %s', (variant, judgement) => {
    const verdict = countdown(variant, [1, 1.01, 1.02, 1], [2, 2.01, 1.99, 2])
    expect(verdict.judgement).toBe(judgement)
    expect(verdict.headline).toMatch(/took 0\.50 × the time of one( thread)?: faster/)
  })

  it('does not expect one thread to be slower than one thread', () => {
    const verdict = countdown('two-threads-gil', [2, 2, 2], [1, 1, 1], 1)
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.headline).toMatch(/^One thread under the GIL/)
    expect(countdown('two-processes', [2, 2, 2], [1, 1, 1], 1).headline).toMatch(
      /^One process took/,
    )
  })

  it.each([
    [[2], [1], 'One repeat cannot tell a difference from noise'],
    [[2, 2], [1, 1], 'Two repeats cannot tell a difference from noise'],
    [[2, 2, 2], [1, 1], 'Two repeats cannot tell'],
  ])('claims nothing from %j against %j', (times, one, words) => {
    const verdict = countdown('two-threads-gil', times, one)
    expect(verdict.judgement).toBe('open')
    expect(verdict.ratio).toBeUndefined()
    expect(verdict.headline).toBe('Two threads under the GIL took 2.00 × the time of one')
    expect(verdict.text).toContain(words)
  })

  it('says once, or three each, only where both were', () => {
    const uneven = countdown('two-threads-gil', [2], [1, 1, 1])
    expect(uneven.text).toContain('Medians of 1 repeat and 3: 2.00 s')
    expect(uneven.text).not.toContain('once each')
    expect(countdown('two-threads-gil', [2], [1]).text).toContain('Measured once each')
    expect(countdown('two-threads-gil', [2, 2, 2], [1, 1, 1, 1]).text).not.toContain('once in ten')
  })

  it('compares processes with one thread, not with one process', () => {
    expect(countdown('two-processes', [2], [1]).headline).toBe(
      'Two processes took 2.00 × the time of one thread',
    )
  })

  it('gives the GIL’s figures: waiting, switches, turn', () => {
    const gil = lock({ kind: ResourceKind.gil, switches: 1204, holdMedian: 5.2 * MS })
    const lanes = [
      lane({ name: 'MainThread', running: 2 * SECOND }),
      lane({ running: 51 * MS, waiting: 49 * MS, waitedGil: 49 * MS }),
      lane({ name: 'Thread-2', running: 51 * MS, waiting: 49 * MS, waitedGil: 49 * MS }),
    ]
    const verdict = judge('gil-countdown', 'two-threads-gil', [
      section({ variant: 'two-threads-gil', elapsed: SECOND, lanes, locks: [gil] }),
    ])
    expect(verdict.text).toContain('The threads waited for the GIL 49 % of the time.')
    expect(verdict.text).toContain(
      'The GIL changed hands 1 204 times; the median turn lasted 5.20 ms.',
    )
    expect(verdict.headline).toBe(
      'Two threads under the GIL counted down from 50 000 000 in 1.00 s',
    )
  })

  it('measures one thread for itself', () => {
    const verdict = judge('gil-countdown', 'one-thread', [
      section({ variant: 'one-thread', elapsed: 2.1 * SECOND }),
    ])
    expect(verdict.headline).toBe('One thread counted down from 50 000 000 in 2.10 s')
    expect(verdict.judgement).toBe('open')
  })
})

describe('sender and receiver', () => {
  const run = (
    id: string,
    fields: {
      puts?: number
      gets?: number
      left?: number
      printed?: number[]
      ended?: LaneEnd | undefined
      dropped?: number
    },
  ) => {
    const { puts = 11, gets = 10, left = 1, printed, ended, dropped = 0 } = fields
    const variant = id === 'sender-receiver-thread' ? 'thread' : 'process'
    return judge(id, variant, [
      section({
        variant,
        elapsed: 5 * SECOND,
        dropped,
        lanes: [lane({ name: 'MainThread' }), lane(ended === undefined ? {} : { ended })],
        queues: [queue({ puts, gets, left, blockedInGet: SECOND, residenceMedian: 0.2 * MS })],
        output: (printed ?? Array.from({ length: gets }, (_, index) => index)).map((item) => ({
          stream: OutputStream.out,
          text: String(item),
        })),
      }),
    ])
  }

  it('counts what was put, got and left, and says how the thread ended', () => {
    const verdict = run('sender-receiver-thread', { ended: LaneEnd.returned })
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toBe(
      'The sender thread put 11 items, the receiver got 10 in order, and 1 was never received',
    )
    expect(verdict.text).toContain('returned by itself after the event was set')
    expect(verdict.text).toContain('blocked in get 20 % of the time')
    expect(verdict.text).toContain('1 item was still in the queue')
  })

  it('expects the process to be terminated', () => {
    expect(run('sender-receiver-process', { ended: LaneEnd.terminated }).judgement).toBe(
      'as expected',
    )
    const killed = run('sender-receiver-process', { ended: LaneEnd.killed })
    expect(killed.judgement).toBe('not as expected')
    expect(killed.text).toContain('was killed')
    const alive = run('sender-receiver-process', { ended: undefined })
    expect(alive.judgement).toBe('not as expected')
    expect(alive.text).toContain('still alive')
  })

  it('sees items that are missing or out of order', () => {
    const ended = LaneEnd.returned
    const swapped = run('sender-receiver-thread', {
      ended,
      printed: [0, 2, 1, 3, 4, 5, 6, 7, 8, 9],
    })
    expect(swapped.judgement).toBe('not as expected')
    expect(swapped.headline).toContain('not in order')
    expect(run('sender-receiver-thread', { ended, gets: 9 }).judgement).toBe('not as expected')
  })

  it('says nothing of items in the queue when none was got, nor of a queue when none was seen', () => {
    const none = run('sender-receiver-thread', { ended: LaneEnd.returned, gets: 0, left: 11 })
    expect(none.text).not.toContain('lay in the queue')
    const unseen = judge('sender-receiver-thread', 'thread', [
      section({ variant: 'thread', elapsed: SECOND, dropped: 4 }),
    ])
    expect(unseen.headline).toBe('Nothing can be said: the recording shows no use of a queue')
    expect(unseen.text).toContain('4 events were dropped')
    expect(unseen.judgement).toBe('open')
  })

  it('does not blame the program for events that the recorder dropped', () => {
    const verdict = run('sender-receiver-thread', { ended: LaneEnd.returned, gets: 9, dropped: 3 })
    expect(verdict.judgement).toBe('open')
    expect(verdict.text).toContain('3 events were dropped')
    expect(verdict.text).toContain('lower bounds')
  })
})

describe('lock contention', () => {
  const shared = (elapsed: number, heldFor: number) =>
    section({
      variant: 'one-lock',
      elapsed,
      lanes: [
        lane({ name: 'MainThread', running: SECOND }),
        lane({ running: 3, waiting: 7, waitedLock: 7 }),
      ],
      locks: [
        lock({
          acquired: 1600,
          contended: 1200,
          heldFor,
          longestWait: 9 * MS,
          waitMedian: 2 * MS,
          waitP99: 8 * MS,
        }),
      ],
    })

  it('compares with a lock each and finds the bottleneck', () => {
    const sections = [
      ...[1.6, 1.61, 1.62].map((elapsed) => shared(elapsed * SECOND, elapsed * 0.99 * SECOND)),
      ...[0.8, 0.81, 0.8].map((elapsed) =>
        section({ variant: 'lock-each', elapsed: elapsed * SECOND }),
      ),
    ]
    const verdict = judge('lock-contention', 'one-lock', sections)
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toMatch(
      /^With one lock, four threads took 2\.01 × the time they take with a lock each: slower/,
    )
    expect(verdict.text).toContain('75 % of the acquisitions had to wait; the threads spent 70 %')
    expect(verdict.text).toContain(
      'within 2.00 ms, 99 % within 8.00 ms; the longest wait took 9.00 ms',
    )
    expect(verdict.text).toContain('held 99 % of the time: it is the bottleneck')
  })

  it('does not call a lock the bottleneck that is mostly free', () => {
    const verdict = judge('lock-contention', 'one-lock', [shared(SECOND, 0.3 * SECOND)])
    expect(verdict.text).toContain('held 30 % of the time, and free for the rest')
    expect(verdict.headline).toBe('Four threads on one lock took 1.00 s, 70 % of it waiting')
  })

  it('does not call a lock the bottleneck that nobody waited for', () => {
    const alone = section({
      variant: 'one-lock',
      elapsed: SECOND,
      locks: [lock({ acquired: 400, heldFor: SECOND })],
    })
    const baseline = section({ variant: 'lock-each', elapsed: SECOND })
    const verdict = judge('lock-contention', 'one-lock', [alone, baseline], {
      parameters: { threads: 1 },
    })
    expect(verdict.text).toContain('held 100 % of the time, and nobody waited for it')
    expect(verdict.headline).toBe(
      'With one lock, one thread took 1.00 × the time it takes with a lock of its own',
    )
  })

  it('does not expect a lone thread to wait', () => {
    const sections = pairs('one-lock', [1, 1.01, 1.02], 'lock-each', [1, 1.01, 1.02])
    expect(
      judge('lock-contention', 'one-lock', sections, { parameters: { threads: 1 } }).judgement,
    ).toBe('no difference shown')
  })
})

describe('lock fairness', () => {
  const measured = (variant: string, elapsed: number, switches: number, longestWait: number) =>
    section({
      variant,
      elapsed: elapsed * SECOND,
      locks: [lock({ acquired: 1600, contended: 1200, switches, longestWait: longestWait * MS })],
    })
  const run = (
    fair: readonly [number, number, number],
    barging: readonly [number, number, number],
  ) =>
    judge(
      'lock-fairness',
      'hand-off',
      [0, 0.001, 0.002].flatMap((more) => [
        measured('hand-off', fair[0] + more, fair[1], fair[2]),
        measured('barging', barging[0] + more, barging[1], barging[2]),
      ]),
    )

  it('says what fairness bought and what it cost', () => {
    const verdict = run([0.8, 1590, 2], [0.4, 32, 90])
    expect(verdict.judgement).toBe('as expected')
    expect(verdict.headline).toMatch(
      /^Handing the lock over, four threads took 2\.00 × the time of barging: slower/,
    )
    expect(verdict.text).toContain('Handed over: 99 % of the acquisitions were by another thread')
    expect(verdict.text).toContain('Barging: 2 % of the acquisitions')
    expect(verdict.text).toContain('longest wait took 90.0 ms')
    expect(verdict.text).toContain('shortened the longest wait, and was paid for in throughput')
  })

  it('does not praise a fair lock that kept somebody waiting for longer', () => {
    const verdict = run([0.8, 1590, 95], [0.4, 32, 90])
    expect(verdict.judgement).toBe('not as expected')
    expect(verdict.text).toContain('did not shorten the longest wait')
  })

  it('is said of these runs only where there are too few, and not at all where waits overlap', () => {
    const pair = (fair: number, barging: number) => [
      measured('hand-off', 0.8, 1590, fair),
      measured('barging', 0.4, 32, barging),
    ]
    const once = judge('lock-fairness', 'hand-off', pair(2, 90))
    expect(once.text).toContain('In these runs the longest wait was shorter')
    expect(once.text).not.toContain('Fairness')
    const mixed = [...pair(2, 90), ...pair(50, 3), ...pair(4, 60)]
    const overlapping = judge('lock-fairness', 'hand-off', mixed)
    expect(overlapping.judgement).toBe('no difference shown')
    expect(overlapping.text).toContain('did not shorten the longest wait')
  })

  it('claims no cost where none was shown', () => {
    expect(run([0.4, 1590, 2], [0.4, 32, 90]).text).toContain('no cost of it was shown')
  })
})

describe('every verdict', () => {
  const everyVariant = demos.flatMap(({ manifest }) =>
    manifest.variants.map(({ id }) => [manifest.id, id] as const),
  )

  it.each(everyVariant)('%s %s: says that nothing was measured when nothing was', (id, variant) => {
    const verdict = judge(id, variant, [], { cutShort: true })
    expect(verdict.judgement).toBe('open')
    expect(verdict.headline).toContain('Nothing can be said')
  })

  it.each(everyVariant)(
    '%s %s: tells what a run that was cut short still measured',
    (id, variant) => {
      const sections = [section({ variant, elapsed: SECOND, queues: [queue({})] })]
      expect(judge(id, variant, sections, { cutShort: true }).text).toContain(
        'cut short: only the 1 section',
      )
    },
  )

  const figure = fc.oneof(fc.nat(), fc.constantFrom(0, 1, 1e-9, 1e18))
  const anyLock = fc.record({
    kind: fc.constantFrom(ResourceKind.lock, ResourceKind.gil),
    acquired: figure,
    contended: figure,
    switches: figure,
    heldFor: figure,
    longestWait: figure,
  })
  const anyQueue = fc.record({
    puts: figure,
    gets: figure,
    left: figure,
    residenceMedian: figure,
    blockedInGet: figure,
  })
  const anyLane = fc.record({
    name: fc.constantFrom('MainThread', 'Thread-1', ''),
    running: figure,
    waiting: figure,
    waitedGil: figure,
    waitedLock: figure,
    ended: fc.constantFrom(...Object.values(LaneEnd)),
  })
  const anySection = (variants: readonly string[]) =>
    fc
      .record({
        variant: fc.constantFrom(...variants),
        elapsed: figure,
        concurrency: figure,
        dropped: figure,
        lanes: fc.array(anyLane.map(lane), { maxLength: 3 }),
        locks: fc.array(anyLock.map(lock), { maxLength: 2 }),
        queues: fc.array(anyQueue.map(queue), { maxLength: 2 }),
        output: fc.array(
          fc.record({
            stream: fc.constant(OutputStream.out),
            text: fc.constantFrom('0', '1', 'x', ''),
          }),
          { maxLength: 3 },
        ),
      })
      .map(section)

  it.each(everyVariant)('%s %s: same figures, same words, and no NaN in them', (id, variant) => {
    const variants = findDemo(id)?.manifest.variants.map((each) => each.id) ?? []
    fc.assert(
      fc.property(
        fc.array(anySection(variants), { maxLength: 7 }),
        fc.boolean(),
        (sections, cutShort) => {
          const verdict = judge(id, variant, sections, { cutShort })
          expect(verdict).toEqual(judge(id, variant, sections, { cutShort }))
          const words = [
            verdict.text,
            ...verdict.evidence.flatMap(({ label, value }) => [label, value]),
          ]
          expect(words.join('\n')).not.toMatch(/NaN|undefined|Infinity|null|\[object|unknown/)
          expect(verdict.headline.trim()).not.toBe('')
          for (const bound of [verdict.ratio?.low, verdict.ratio?.high, verdict.ratio?.estimate])
            if (bound !== undefined) expect(Number.isFinite(bound)).toBe(true)
        },
      ),
      { numRuns: 60, seed: 5 },
    )
  })
})
