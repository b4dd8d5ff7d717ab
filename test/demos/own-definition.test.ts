import { describe, expect, it } from 'vitest'
import { checkDefinition } from '../../main/demos/own/check-definition.ts'
import { defineDemo } from '../../main/demos/own/define-demo.ts'
import { ownDemoOf } from '../../main/demos/index.ts'
import { nanoseconds } from '../../main/core/units.ts'
import { OutputStream } from '../../main/trace/model.ts'
import { section } from './figures.ts'

const run = () => undefined
const other = () => undefined

const whole = {
  title: 'Tills',
  summary: 'Which is quicker?',
  parameters: {
    customers: { label: 'Customers', minimum: 1, maximum: 100, default: 50, presets: [10] },
    service: { label: 'Service', kind: 'number', unit: 'ms', minimum: 0, maximum: 9, default: 0.5 },
  },
  variants: {
    each: { label: 'Each', run, baseline: 'one' },
    one: { label: 'One', run: other, gil: true, processes: true },
  },
  quick: { customers: 5 },
  work: ['customers'],
  unit: 'customers',
  figure: { what: 'Rate', unit: '/s', better: 'more', printed: /^rate ([\d.]+)/g },
  sweeps: { customers: { label: 'Customers', values: { customers: [1, 2] } } },
}

/** @param change of the definition's fields */
function check(change: object = {}, exports: object = { run, other }) {
  // What a user's file holds may be of any type.
  const definition = defineDemo({ ...whole, ...change } as never)
  return checkDefinition('own-tills', { ...exports, default: definition }, [])
}

describe('what a file exports becomes a demo', () => {
  it('with all that it says', () => {
    const checked = check()
    if (!checked.ok) throw new Error(checked.failure.message)
    const { manifest, work, unit, figure } = checked.value
    expect(manifest).toMatchObject({
      id: 'own-tills',
      chapter: 'Your own',
      defaultVariant: 'each',
      defaultRepeats: 5,
      quick: { customers: 5 },
    })
    expect(manifest.parameters.map(({ kind }) => kind)).toEqual(['integer', 'number'])
    expect(manifest.variants).toMatchObject([
      { id: 'each', program: 'run', baseline: 'one', gil: false, needs: ['threads'] },
      { id: 'one', program: 'other', gil: true, needs: ['threads', 'processes'] },
    ])
    expect(manifest.sweeps).toMatchObject([{ axes: [{ parameter: 'customers', values: [1, 2] }] }])
    expect({ work, unit }).toEqual({ work: ['customers'], unit: 'customers' })
    expect(figure).toMatchObject({ what: 'Rate', printed: '^rate ([\\d.]+)', flags: '' })
  })

  it('whose work is the product of what it names, and unknown where it names nothing', () => {
    const checked = check({ work: ['customers', 'service'] })
    const none = check({ work: undefined })
    if (!checked.ok || !none.ok) throw new Error('refused')
    const values = { customers: 10, service: 3 }
    expect(ownDemoOf(checked.value).work(values, 'each')).toBe(30)
    expect(ownDemoOf(none.value).work(values, 'each')).toBe(0)
  })

  it('whose figure is the median of the lines that it is in, and none where no line has it', () => {
    const checked = check()
    if (!checked.ok) throw new Error('refused')
    const { figure } = ownDemoOf(checked.value)
    const printing = (...lines: string[]) =>
      section({
        variant: 'each',
        elapsed: nanoseconds(1),
        output: lines.map((text) => ({ stream: OutputStream.out, text })),
      })
    expect(figure?.of(printing('rate 3', 'rate 5', 'rate 100', 'another line'), {})).toBe(5)
    expect(figure?.of(printing('nothing'), {})).toBeUndefined()
  })

  it.each([1, 2])('that is measured against its baseline: times %s', (faster) => {
    const checked = check()
    if (!checked.ok) throw new Error('refused')
    const sections = [1, 2, 3, 4, 5].flatMap((repeat) => [
      section({ variant: 'each', repeat, elapsed: nanoseconds((1e9 + repeat * 1e6) / faster) }),
      section({ variant: 'one', repeat, elapsed: nanoseconds(1e9 + repeat * 1e6) }),
    ])
    const verdict = ownDemoOf(checked.value).judge({
      variant: 'each',
      parameters: { customers: 10, service: 1 },
      sections,
      cutShort: false,
    })
    expect(verdict.headline).toMatch(faster === 1 ? /no difference shown/ : /faster/)
    expect(verdict.judgement).toBe(faster === 1 ? 'no difference shown' : 'open')
  })
})

describe('what is wrong is said with its field, and where to look', () => {
  it.each([
    [{ title: '' }, /^title must be a text/, 'title'],
    [{ variants: {} }, /^variants is empty/, 'variants'],
    [{ variants: { 'a b': { label: 'A', run } } }, /cannot have the key "a b"/, 'a b'],
    [{ variants: { a: { label: 'A', run: 3 } } }, /variants\.a\.run must be a function/, 'a'],
    [{ variants: { a: { label: 'A', run, baseline: 'b' } } }, /baseline must be the key/, 'a'],
    [{ variants: { a: { label: 'A', run, baseline: 'a' } } }, /baseline must be the key/, 'a'],
    [{ parameters: { n: { label: 'N', minimum: 1, maximum: 2, default: 3 } } }, /default 3/, 'n'],
    [{ parameters: { n: { label: 'N', minimum: 1, maximum: 2, default: 1.5 } } }, /whole/, 'n'],
    [
      { parameters: { n: { label: 'N', minimum: 1, maximum: NaN, default: 1 } } },
      /number/,
      'maximum',
    ],
    [
      { parameters: { n: { minimum: 1, maximum: 2, default: 1 } } },
      /label must be a text/,
      'label',
    ],
    [{ repeats: 0 }, /from 1 to 50/, 'repeats'],
    [{ quick: { nobody: 1 } }, /no parameter/, 'nobody'],
    [{ quick: { customers: 1_000 } }, /quick\.customers cannot be 1000/, 'customers'],
    [{ work: ['nobody'] }, /no parameter/, 'work'],
    [{ figure: { what: 'Rate', better: 'more', printed: 'x' } }, /regular expression/, 'printed'],
    [{ figure: { what: 'Rate', better: 'most', printed: /x/ } }, /better must be one of/, 'better'],
    [{ sweeps: { s: { label: 'S', values: { customers: [1] } } } }, /two numbers/, 's'],
    [{ sweeps: { s: { label: 'S', values: {} } } }, /one parameter or two/, 's'],
    [{ title: 'x'.repeat(3_000) }, /longer than/, 'title'],
  ])('%j', (change, message, near) => {
    const checked = check(change)
    if (checked.ok) throw new Error('it was accepted')
    expect(checked.failure.message).toMatch(message)
    expect(checked.failure.near).toBe(near)
  })

  it('for a function that no other thread can find', () => {
    const checked = check({}, { run })
    expect(checked).toMatchObject({ ok: false, failure: { near: 'other' } })
  })

  it('for a default export that is something else, or none', () => {
    for (const exports of [{ default: whole }, {}, { default: null }])
      expect(checkDefinition('own-x', exports, [])).toMatchObject({
        ok: false,
        failure: { near: 'export default' },
      })
  })
})
