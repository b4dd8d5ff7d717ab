import { describe, expect, it } from 'vitest'
import { inHours, LONGEST_RUN } from '../../main/demos/check-estimate.ts'
import { checkRequest, EVERYTHING } from '../../main/demos/check.ts'
import type { Demo } from '../../main/demos/demo.ts'
import { demos, findDemo } from '../../main/demos/index.ts'

const GIB = 2 ** 30
const limits = { seconds: LONGEST_RUN, bytes: GIB }
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

const check = (request: unknown, from: readonly Demo[] = demos) =>
  checkRequest(from, request, { ...EVERYTHING, limits })
const refused = (request: unknown, from: readonly Demo[] = demos) => {
  const result = check(request, from)
  if (result.ok) throw new Error('accepted')
  const { kind, message, remedy } = result.failure
  return { kind, message: plain(message), remedy: plain(remedy) }
}

const lock = { demo: 'lock-contention', baseline: false, repeats: 1 }
const slow = { threads: 16, rounds: 100_000, held: 1, outside: 0 }

describe('a run that would take hours', () => {
  it('is refused with the estimate and what to do', () => {
    const { kind, message, remedy } = refused({
      ...{ demo: 'sender-receiver-thread', repeats: 5 },
      parameters: { items: 1_600, interval: 1 },
    })
    expect(kind).toBe('usage')
    expect(message).toContain('would take at least 2 h 13 min: 5 sections of 26 min 40 s')
    expect(remedy).toContain('fewer repeats')
    expect(remedy).toContain('at most 1 h')
  })

  it.each([
    ['lost-updates', 'no-lock', { increments: 100_000_000, steps: 10_000, threads: 16 }],
    ['reference-counts', 'plain', { rounds: 100_000_000, steps: 100_000 }],
    ['scaling-sweep', 'gil', { pieces: 1_000_000, threads: 64, serial: 100, exchange: 100 }],
    ['message-size', 'pipe', { size: 16_777_216, messages: 1_000_000, volume: 16_384 }],
    ['false-sharing', 'adjacent', { increments: 1_000_000_000 }],
    ['fork-held-lock', 'spawn', { held: 10_000 }],
    ['start-methods', 'spawn', { processes: 200 }],
  ])('is estimated from below: %s', (id, variant, parameters) => {
    const { estimate, manifest } = findDemo(id) ?? {}
    const usual = manifest?.parameters.map((each) => [each.id, each.default] as const)
    const all = Object.fromEntries(usual ?? []) as Record<string, number>
    for (const engine of ['node', 'cpython'] as const) {
      const least = estimate?.(all, variant, engine).seconds ?? 0
      const most = estimate?.({ ...all, ...parameters }, variant, engine).seconds ?? 0
      // The defaults take less than some seconds.
      expect(least).toBeGreaterThan(0)
      expect(least).toBeLessThan(3)
      expect(most).toBeGreaterThan(least)
    }
  })

  it('counts every repeat, every variant and every point of a sweep', () => {
    // 1 600 s under one lock, 100 s with a lock for each.
    expect(check({ ...lock, parameters: slow }).ok).toBe(true)
    expect(check({ ...lock, parameters: slow, repeats: 2 }).ok).toBe(true)
    expect(refused({ ...lock, parameters: slow, repeats: 3 }).message).toContain('1 h 20 min')
    const sweep = [{ parameter: 'threads', values: [8, 15, 16] }]
    expect(refused({ ...lock, parameters: slow, sweep }).message).toContain('1 h 5 min')
    expect(refused({ ...lock, parameters: slow, sweep, baseline: true }).message).toContain(
      '6 sections',
    )
    const each = { ...lock, variant: 'lock-each' }
    expect(check({ ...each, parameters: slow, repeats: 36 }).ok).toBe(true)
    expect(check({ ...each, parameters: slow, repeats: 37 }).ok).toBe(false)
  })

  it('is not one whose program takes no parameters', () => {
    const engine = { kind: 'cpython', path: '/python3' }
    const parameters = { items: 10_000, interval: 60 }
    const note = { demo: 'sender-receiver-thread', variant: 'note', engine, parameters }
    expect(check(note).ok).toBe(true)
    expect(check({ ...note, variant: 'thread' }).ok).toBe(false)
  })

  it('knows that CPython counts without steps', () => {
    const parameters = { count: 1_000_000_000, steps: 10_000 }
    const count = { demo: 'gil-countdown', parameters }
    expect(check(count).ok).toBe(false)
    expect(check({ ...count, engine: { kind: 'cpython', path: '/python3' } }).ok).toBe(true)
  })

  it('is only refused by who sets limits: a recording of it can be opened', () => {
    expect(checkRequest(demos, { ...lock, parameters: slow, repeats: 50 }).ok).toBe(true)
  })
})

describe('a run that would need more memory than there is', () => {
  const large = (bytes: (count: number) => number): readonly Demo[] => {
    const demo = findDemo('gil-countdown')
    if (demo === undefined) throw new Error('no demo')
    return [{ ...demo, estimate: ({ count = 0 }) => ({ seconds: 0, bytes: bytes(count) }) }]
  }

  it('is refused with both, the largest of its sections counting', () => {
    const sweep = [{ parameter: 'count', values: [1_000, 2_000] }]
    const demo = { demo: 'gil-countdown', sweep }
    const { kind, message, remedy } = refused(
      demo,
      large((count) => (count * GIB) / 1_000),
    )
    expect(kind).toBe('environment')
    expect(message).toContain('at least 2.00 GiB of memory; 1.00 GiB are free')
    expect(remedy).toContain('smaller values')
    expect(
      check(
        demo,
        large((count) => (count * GIB) / 2_000),
      ).ok,
    ).toBe(true)
  })
})

describe('threads of Node', () => {
  const many = { demo: 'semaphore', parameters: { tasks: 64 }, baseline: false }
  const limited = (bytes: number, processors = 64) => ({
    ...EVERYTHING,
    limits: { seconds: LONGEST_RUN, bytes, processors },
  })

  it('need memory, and those of CPython next to none', () => {
    const checked = checkRequest(demos, many, limited(GIB / 4))
    expect(checked.ok ? '' : plain(checked.failure.message)).toContain('320 MiB of memory')
    expect(checkRequest(demos, many, limited(GIB)).ok).toBe(true)
    const python = { ...many, engine: { kind: 'cpython', path: '/python3' } }
    expect(checkRequest(demos, python, limited(GIB / 4)).ok).toBe(true)
  })

  it('compute for as long as it takes the processors there are', () => {
    const long = { ...many, variant: 'unlimited', repeats: 1 }
    const parameters = { tasks: 64, rounds: 1_000, hold: 100 }
    expect(checkRequest(demos, { ...long, parameters }, limited(GIB)).ok).toBe(true)
    const two = checkRequest(demos, { ...long, parameters }, limited(GIB, 1))
    expect(two.ok ? '' : plain(two.failure.message)).toContain('at least 1 h 47 min')
  })
})

it('what every demo does by default is bearable, by what it says itself', () => {
  for (const { manifest } of demos)
    for (const [parameters, most] of [
      [{}, 60],
      [manifest.quick, 5],
    ] as const) {
      const limited = { ...EVERYTHING, limits: { seconds: most, bytes: GIB } }
      const checked = checkRequest(demos, { demo: manifest.id, parameters }, limited)
      expect(checked.ok ? '' : checked.failure.message).toBe('')
    }
})

it.each([
  [59, '59.0 s'],
  [3_599, '1 h'],
  [3_600, '1 h'],
  [8_040, '2 h 14 min'],
  [360_000, '100 h'],
])('%i seconds are %s', (seconds, words) => {
  expect(plain(inHours(seconds))).toBe(words)
})

describe('the field that a refusal is about', () => {
  const fieldOf = (request: unknown) => {
    const result = check(request)
    return result.ok ? 'accepted' : result.failure.parameter
  }

  it('is the one whose default would save most', () => {
    expect(fieldOf({ ...lock, parameters: { ...slow, rounds: 1_000_000 } })).toBe('rounds')
    expect(fieldOf({ ...lock, parameters: { ...slow, rounds: 400, held: 1_000 } })).toBe('held')
    // The values are as usual, but they are run too often.
    const few = { ...EVERYTHING, limits: { ...limits, seconds: 10 } }
    const often = checkRequest(demos, { ...lock, repeats: 50 }, few)
    expect(often.ok ? 'accepted' : often.failure.parameter).toBe('repeats')
  })
  it('is the parameter that is out of bounds, also in a sweep', () => {
    expect(fieldOf({ ...lock, parameters: { threads: 99 } })).toBe('threads')
    expect(fieldOf({ ...lock, sweep: [{ parameter: 'threads', values: [1, 99] }] })).toBe('threads')
  })
})
