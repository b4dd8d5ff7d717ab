import { describe, expect, test } from 'vitest'
import type { Demo } from '../../main/demos/demo.ts'
import type { Interpreter, RunRequest } from '../../main/run/contract.ts'
import { planSections } from '../../main/run/plan.ts'

const variant = (id: string, baseline?: string) => ({
  id,
  label: id,
  help: '',
  program: id,
  gil: false,
  needs: [],
  ...(baseline === undefined ? {} : { baseline }),
})

const demo = {
  manifest: { id: 'demo', variants: [variant('one'), variant('two', 'one')] },
  work: (parameters, id) => (parameters['count'] ?? 0) * (id === 'two' ? 2 : 1),
} as Pick<Demo, 'work'> & { manifest: Pick<Demo['manifest'], 'id' | 'variants'> } as Demo

const request = (changes: Partial<RunRequest>): RunRequest => ({
  demo: 'demo',
  variant: 'two',
  parameters: { count: 5 },
  repeats: 3,
  baseline: true,
  ...changes,
})

const order = (changes: Partial<RunRequest>) =>
  planSections(demo, request(changes)).map((section) => `${section.variant}${section.repeat}`)

test('repeats alternate which variant goes first, so that drift favours neither', () => {
  expect(order({})).toEqual(['two1', 'one1', 'one2', 'two2', 'two3', 'one3'])
})

test('without the baseline only the variant runs', () => {
  expect(order({ baseline: false })).toEqual(['two1', 'two2', 'two3'])
})

test('a variant without a baseline runs alone even when one is asked for', () => {
  expect(order({ variant: 'one' })).toEqual(['one1', 'one2', 'one3'])
})

test('the work of each section is its own variant’s', () => {
  const sections = planSections(demo, request({ repeats: 1 }))
  expect(sections.map((section) => section.work)).toEqual([10, 5])
})

describe('a twin run', () => {
  const python: Interpreter = {
    path: '/p',
    implementation: 'CPython',
    version: '3.13.0',
    freeThreaded: true,
    gil: false,
    startMethods: ['fork', 'spawn'],
    defaultStartMethod: 'fork',
    foundBy: 'PATH',
  }
  const engine = { kind: 'cpython', path: '/p', gil: true } as const
  const sections = planSections(
    demo,
    request({ repeats: 2, baseline: false, engine, twin: { kind: 'node' } }),
    [python],
  )

  test('alternates its engines, each section labelled with its own', () => {
    const [cpython, node] = ['two@CPython 3.13.0 free-threaded, GIL on', 'two@Node']
    expect(sections.map(({ label }) => label)).toEqual([cpython, node, node, cpython])
    expect(sections.map(({ repeat }) => repeat)).toEqual([1, 1, 2, 2])
  })

  test('gives each engine what it runs', () => {
    expect(sections.map((section) => section.engine.kind)).toEqual([
      ...['cpython', 'node', 'node', 'cpython'],
    ])
    expect(sections[1]).toMatchObject({ program: 'two', gil: false })
    expect(sections[0]).not.toHaveProperty('program')
  })
})

test('without a twin a section is labelled with its variant, whatever runs it', () => {
  const engine = { kind: 'cpython', path: '/p' } as const
  expect(planSections(demo, request({ engine })).map(({ label }) => label)).toEqual([
    ...['two', 'one', 'one', 'two', 'two', 'one'],
  ])
})

const labels = (changes: Partial<RunRequest>) =>
  planSections(demo, request(changes)).map(({ label, repeat }) => `${label} ${repeat}`)

describe('several cases', () => {
  const threads = { parameter: 'count', values: [1, 2] }

  test('every repeat runs all of them, the next one the other way round', () => {
    expect(labels({ others: ['one'], sweep: [threads], repeats: 2 })).toEqual([
      ...['two?count=1 1', 'one?count=1 1', 'two?count=2 1', 'one?count=2 1'],
      ...['one?count=2 2', 'two?count=2 2', 'one?count=1 2', 'two?count=1 2'],
    ])
  })

  test('with others the baseline is not run a second time', () => {
    expect(labels({ others: ['one'], repeats: 1 })).toEqual(['two 1', 'one 1'])
    expect(labels({ others: [], repeats: 1 })).toEqual(['two 1', 'one 1'])
  })

  test('the baseline is run at each point of a sweep', () => {
    expect(labels({ sweep: [threads], repeats: 1 })).toEqual([
      ...['two?count=1 1', 'one?count=1 1', 'two?count=2 1', 'one?count=2 1'],
    ])
  })

  test('with two axes every pair is run, with its own parameters and its own work', () => {
    const sweep = [threads, { parameter: 'held', values: [0.5, 3] }]
    const sections = planSections(demo, request({ variant: 'one', repeats: 1, sweep }))
    expect(sections.map(({ label, parameters, work }) => ({ label, parameters, work }))).toEqual(
      [
        [1, 0.5],
        [1, 3],
        [2, 0.5],
        [2, 3],
      ].map(([count = 0, held = 0]) => ({
        label: `one?count=${count}&held=${held}`,
        parameters: { count, held },
        work: count,
      })),
    )
  })
})
