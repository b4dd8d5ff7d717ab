import { expect, test } from 'vitest'
import type { Demo } from '../../main/demos/demo.ts'
import type { RunRequest } from '../../main/run/contract.ts'
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
