import { describe, expect, test } from 'vitest'
import { nanoseconds } from '../../main/core/units.ts'
import type { PythonStatus, RunRequest } from '../../main/run/contract.ts'
import { endIn, requestIn } from '../../main/run/recorded.ts'

const PYTHON: PythonStatus = {
  engine: { kind: 'cpython', path: '/usr/bin/python3', startMethod: 'spawn', gil: false },
  label: 'CPython 3.13.0 free-threaded, GIL off, spawn',
  version: '3.13.0',
  startMethod: 'spawn',
  reading: 'no GIL',
  readingReason: '',
  switchInterval: nanoseconds(5_000_000),
  exit: { code: -9, signal: 'SIGKILL' },
  processes: 3,
  killed: [
    { pid: 7, name: 'P-1', signal: 'SIGKILL', lastEvent: nanoseconds(5), age: nanoseconds(6) },
  ],
  explanation: { headline: 'It failed', sentences: ['Why.', 'What now.'], works: 'guarded' },
  limits: ['Not recorded.'],
}

const REQUEST: RunRequest = {
  demo: 'python-script',
  variant: 'script',
  parameters: { count: 2 },
  repeats: 3,
  baseline: false,
  engine: PYTHON.engine,
  twin: { kind: 'node' },
  script: {
    path: '/s.py',
    name: 's.py',
    arguments: ['a', ''],
    folder: '/',
    input: 'x',
    consent: 'f'.repeat(64),
  },
}

/** As it comes from a file. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const footer = (status: unknown) => ({ summary: { status } })

describe('a recording', () => {
  test('says what it was asked for, and what of it ran under CPython', () => {
    expect(requestIn(stored({ request: REQUEST }))).toEqual(REQUEST)
    expect(endIn(stored(footer({ state: 'finished', python: [PYTHON] }))).python).toEqual([PYTHON])
  })

  test('of several cases says which they were', () => {
    const { demo, variant, parameters, repeats, baseline } = REQUEST
    const cases: Partial<RunRequest> = {
      others: ['fork', 'spawn'],
      sweep: [
        { parameter: 'threads', values: [1, 2] },
        { parameter: 'held', values: [0.5, 1] },
      ],
    }
    const request = { demo, variant, parameters, repeats, baseline, ...cases }
    expect(requestIn(stored({ request }))).toEqual(request)
    for (const wrong of [{ others: 'fork' }, { sweep: [{ parameter: 3 }, null] }, { others: [7] }])
      expect(requestIn(stored({ request: { ...request, ...wrong } }))).not.toHaveProperty(
        Object.keys(wrong)[0] ?? '',
      )
  })

  test('of Node alone says nothing of CPython', () => {
    const { demo, variant, parameters, repeats, baseline } = REQUEST
    const request = { demo, variant, parameters, repeats, baseline }
    expect(requestIn(stored({ request }))).toEqual(request)
    expect(endIn(footer({ state: 'finished' }))).not.toHaveProperty('python')
  })

  test.each([
    [null],
    ['python'],
    [[null, 3, {}]],
    [[{ engine: { kind: 'node' } }]],
    [[{ engine: { kind: 'cpython' } }]],
    [{ length: 2 }],
  ])('that says %j of its programs says nothing', (python) => {
    expect(endIn(footer({ state: 'failed', python })).python).toBeUndefined()
  })

  test('whose fields are of other kinds is shown as far as they are right', () => {
    const wrong = {
      engine: { kind: 'cpython', path: '/p', startMethod: 'teleport', gil: 'off' },
      label: 3,
      reading: 'guessed',
      switchInterval: -1,
      exit: { code: '0' },
      processes: NaN,
      killed: [null, { pid: '7', lastEvent: Infinity }],
      explanation: { sentences: ['without a headline'] },
      limits: ['right', 7],
    }
    expect(endIn(footer({ state: 'finished', python: [wrong] })).python).toEqual([
      {
        engine: { kind: 'cpython', path: '/p' },
        ...{ label: '', version: '', startMethod: '' },
        ...{ reading: 'not available', readingReason: '' },
        processes: 0,
        killed: [
          { pid: 0, name: '', signal: '', lastEvent: 0, age: 0 },
          { pid: 0, name: '', signal: '', lastEvent: 0, age: 0 },
        ],
        limits: ['right'],
      },
    ])
  })

  test('with more than anybody could use is cut', () => {
    const python = Array.from({ length: 50 }, () => ({
      ...PYTHON,
      limits: Array.from({ length: 5_000 }, () => 'x'.repeat(20_000)),
    }))
    const read = endIn(footer({ state: 'finished', python })).python ?? []
    expect(read).toHaveLength(2)
    expect(read[0]?.limits).toHaveLength(1_000)
    expect(read[0]?.limits[0]).toHaveLength(10_000)
  })
})
